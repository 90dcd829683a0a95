package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/page"
	"github.com/lostupdate/stress/targets"
)

const reportHelp = `Write the reports of recorded runs again: check each history, and write report.json, report.txt and
report.html beside it. A history that was cut off or interrupted has its reports as well.

A folder that has no history, such as stress-out, stands for all runs in it. A run that is named twice, as by
a link, is reported once. In the place of a folder there may be a history file, in every format that stress
check reads; unless it is the one in a run's folder, --out must say where its reports belong. With --out
and more than one history, each has a folder of its run's name there.

One that can't be read keeps the reports that it has, and the others are written all the same. Writing
reports is no judging: the exit code is 0 when all were written, whatever the verdicts are.

`

// reportFormats are the files of a report, by how their names end.
var reportFormats = []string{"json", "text", "html"} //nolint:gochecknoglobals // a constant

// reporting is what stress report can be told.
type reporting struct {
	timeout    time.Duration
	formats    []string
	out, model string
}

func reportCommand() *cobra.Command {
	var f reporting
	c := &cobra.Command{
		Use:   "report FOLDER|FILE...",
		Short: "Write the reports of recorded runs again",
		Long:  reportHelp + exitHelp,
		Example: `  stress report stress-out/latest
  stress report stress-out
  stress report --format html stress-out/2026*
  stress report --out etcd history.edn`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes the folders of one or more runs", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.validate(c.Flags()); err != nil {
				return err
			}
			return f.all(c.Context(), c.OutOrStdout(), args)
		},
	}
	c.Flags().DurationVar(&f.timeout, "timeout", harness.DefaultCheckTimeout, "how long each check may take")
	c.Flags().StringSliceVar(&f.formats, "format", reportFormats, "which reports to write, with commas between: "+
		strings.Join(reportFormats, ", "))
	c.Flags().StringVarP(&f.out, "out", "o", "", "the folder for the reports (default: beside the history)")
	modelFlag(c, &f.model)
	return c
}

func (f *reporting) validate(s *pflag.FlagSet) error {
	for _, format := range f.formats {
		if err := oneOf("--format", format, reportFormats); err != nil {
			return err
		}
	}
	if s.Changed("model") {
		if err := oneOf("--model", f.model, jepsen.Types()); err != nil {
			return err
		}
	}
	return refuse(s, []rule{
		{"timeout", f.timeout <= 0, "must be above 0"},
		{"format", len(f.formats) == 0, "name at least one of " + strings.Join(reportFormats, ", ")},
		{"out", s.Changed("out") && f.out == "", "name a folder"},
	})
}

// all writes the reports of each, and goes on after one that fails.
func (f *reporting) all(ctx context.Context, w io.Writer, args []string) error {
	histories, failed := f.histories(args)
	into := map[string]string{}
	for _, path := range histories {
		dir, err := f.place(path, len(histories)+len(failed) > 1)
		if other, taken := into[dir]; err == nil && taken {
			err = usagef("%s: its reports would overwrite those of %s: name another --out", path, other)
		}
		if into[dir] = path; err == nil {
			err = f.one(ctx, w, path, dir)
		}
		if err != nil {
			failed = append(failed, err)
		}
		if ctx.Err() != nil { // who asked it to end does not want the others either
			break
		}
	}
	return several(failed)
}

// histories are those that the arguments stand for, each once, and what is wrong with other arguments.
func (f *reporting) histories(args []string) (paths []string, failed []error) {
	var seen []os.FileInfo
	for _, arg := range args {
		found, err := historiesOf(arg)
		if err != nil {
			failed = append(failed, err)
		}
		for _, path := range found {
			info, err := os.Stat(path)
			if err != nil {
				failed = append(failed, usageError{err})
				continue
			}
			if !slices.ContainsFunc(seen, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
				seen, paths = append(seen, info), append(paths, path)
			}
		}
	}
	return paths, failed
}

// historiesOf finds the history of a run's folder, or those of all runs in a folder of runs; a file is its own.
func historiesOf(path string) ([]string, error) {
	own, err := historyOf(path)
	if err == nil {
		return []string{own}, nil
	}
	entries, reading := os.ReadDir(path)
	if reading != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if !e.IsDir() { // a link leads to one of the others
			continue
		}
		if history, err := historyOf(filepath.Join(path, e.Name())); err == nil {
			found = append(found, history)
		}
	}
	if len(found) == 0 {
		return nil, usagef("%s: the folder has no %s, and no runs in it: name a history, or the folder of a run", path, historyFile)
	}
	return found, nil
}

// place is the folder in which a history's reports belong.
func (f *reporting) place(path string, several bool) (string, error) {
	name := filepath.Base(path)
	inRun := name == historyFile || name == historyFile+compressed
	switch {
	case f.out == "" && !inRun:
		return "", usagef("%s is no %s in a run's folder: name a folder for its reports with --out", path, historyFile)
	case f.out == "":
		return filepath.Dir(path), nil
	case !several:
		return f.out, nil
	case inRun:
		full, err := filepath.Abs(path)
		if err == nil {
			full, err = filepath.EvalSymlinks(full) // latest is no name for a run
		}
		if err != nil {
			return "", usageError{err}
		}
		return filepath.Join(f.out, filepath.Base(filepath.Dir(full))), nil
	}
	stem, _, _ := strings.Cut(strings.TrimLeft(name, "."), ".")
	return filepath.Join(f.out, stem), nil
}

// one checks a history and writes its reports, and then their names. It leaves the old ones alone if it comes to no verdict.
func (f *reporting) one(ctx context.Context, w io.Writer, path, dir string) error {
	checking, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	r, err := targets.Check(checkers.WithOrders(checking), path, f.model)
	if err != nil {
		return readError(err)
	}
	if err := ctx.Err(); err != nil { // an interrupted check says less than the report that is there
		return fmt.Errorf("%s: no report was written: %w", path, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usagef("--out: %w", err)
	}
	r.Again = recorded(r.Info)
	names, err := writeReports(dir, f.formats, r)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := fmt.Fprintf(w, "%s\n", name); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	return nil
}

// writeReports writes all, or leaves all that are there.
func writeReports(dir string, formats []string, r *report.Report) (names []string, err error) {
	short := withoutOrders(r) // they may be as long as the history, and the page alone shows them at once
	writers := map[string]struct {
		name  string
		write func(w io.Writer) error
	}{
		"json": {"report.json", func(w io.Writer) error { return writeJSON(w, short) }},
		"text": {"report.txt", func(w io.Writer) error { return short.Text(w, report.Style{}) }},
		"html": {pageFile, func(w io.Writer) error { return page.Write(w, r) }},
	}
	for _, format := range reportFormats {
		if slices.Contains(formats, format) {
			name := filepath.Join(dir, writers[format].name)
			names = append(names, name)
			err = errors.Join(err, writePart(name+".part", writers[format].write))
		}
	}
	for _, name := range names {
		if err == nil {
			err = os.Rename(name+".part", name)
		}
		if err != nil {
			_ = os.Remove(name + ".part") // the first error tells more
		}
	}
	if err != nil {
		return nil, fmt.Errorf("writing the report: %w", err)
	}
	return names, nil
}

func writePart(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
