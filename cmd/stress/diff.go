package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/diff"
	"github.com/lostupdate/stress/targets"
)

func diffCommand() *cobra.Command {
	var timeout time.Duration
	var asJSON bool
	var page string
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Show two runs side by side",
		Long: `Show two runs side by side: the verdicts, which anomalies are in one of them or in both, the facts in which
they differ, and their figures with the ratio B/A.

Each is the folder of a run, a report.json, or a history in any format that stress check reads. Of a folder
the report.json is read, and nothing checked again; without one, as after a kill, the history is checked.

Nothing is judged: the exit code is 0, whatever was found.

` + exitHelp,
		Example: `  stress diff stress-out/*-sqlite-wallet-read-modify-write stress-out/latest
  stress diff before/latest after/latest --json | jq '.figures[] | select(.name == "p99").ratio'
  stress diff before/latest after/latest --html diff.html`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("%s takes two runs, not %d", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if timeout <= 0 {
				return usagef("--timeout must be above 0, not %v", timeout)
			}
			if c.Flags().Changed("html") && page == "" {
				return usagef("--html: name the file to write")
			}
			var reports [2]*report.Report
			var failed []error
			for i, arg := range args {
				r, err := reportOf(c.Context(), arg, timeout)
				if reports[i] = r; err != nil {
					failed = append(failed, err)
				}
			}
			if err := several(failed); err != nil {
				return err
			}
			d := diff.Of(args[0], reports[0], args[1], reports[1])
			return tellDiff(c.OutOrStdout(), d, asJSON, page)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&page, "html", "", "write a page as well, into this file")
	c.Flags().DurationVar(&timeout, "timeout", harness.DefaultCheckTimeout, "how long the check of each history may take")
	return c
}

func tellDiff(w io.Writer, d *diff.Diff, asJSON bool, page string) error {
	if page != "" {
		if err := writeInto(page, func(w io.Writer) error { return diff.Page(w, d) }); err != nil {
			return err
		}
	}
	if asJSON {
		return writeJSON(w, d)
	}
	if err := d.Text(w, styleOf(w)); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// reportOf reads the report of a run, or makes it from the history where there is none.
func reportOf(ctx context.Context, path string, timeout time.Duration) (*report.Report, error) {
	written := path
	info, err := os.Stat(path)
	if err != nil {
		return nil, usageError{err}
	}
	if info.IsDir() {
		written = filepath.Join(path, "report.json")
	}
	if filepath.Ext(written) == ".json" {
		r, err := readReport(written)
		if !info.IsDir() || !errors.Is(err, fs.ErrNotExist) {
			return r, err
		}
	}
	history, err := historyOf(path)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := targets.Check(ctx, history, "")
	return r, readError(err)
}

// readReport reads what was written as JSON.
func readReport(path string) (*report.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError{err}
	}
	defer func() { _ = f.Close() }() // nothing was written
	var r report.Report
	err = json.NewDecoder(f).Decode(&r)
	switch {
	case errors.Is(err, report.ErrNotReport), errors.Is(err, report.ErrVersion):
		return nil, usagef("%s: %w", path, err)
	case err != nil:
		return nil, usagef("%s is no report: %w; write it again with stress report", path, err)
	}
	if r.Info.Workload == "" {
		return nil, usagef("%s is no report of a run: it names no workload", path)
	}
	return &r, nil
}
