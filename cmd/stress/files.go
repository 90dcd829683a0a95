package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
)

// The history's name in a run's folder, and what a compressed one has in addition.
const (
	historyFile = "history.jsonl"
	compressed  = ".zst"
	pageFile    = "report.html"
	latest      = "latest" // the link to the last run
)

// files are what a run leaves: a folder of its own under --out, with the history, the report as JSON and as text, and
// beside it a link "latest" to it.
type files struct {
	dir     string // "" for none
	history string
}

func newFiles(f *runFlags, now time.Time) (*files, error) {
	if f.out == "" {
		return &files{}, nil
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return nil, usagef("--out: %w", err)
	}
	name := fmt.Sprintf("%s-%s-%s-%s", now.UTC().Format("20060102T150405.000Z"), f.target, f.workload, f.strategy)
	dir, err := freshDir(filepath.Join(f.out, name))
	if err != nil {
		return nil, usagef("--out: %w", err)
	}
	history := filepath.Join(dir, historyFile)
	if f.compress {
		history += compressed
	}
	made := &files{dir: dir, history: history}
	if err := made.link(); err != nil {
		return nil, err
	}
	return made, nil
}

// freshDir makes a folder that nobody else has, also when two runs begin in one millisecond.
func freshDir(path string) (string, error) {
	err := os.Mkdir(path, 0o755)
	if !os.IsExist(err) {
		return path, err
	}
	return os.MkdirTemp(filepath.Dir(path), filepath.Base(path)+"-*")
}

func (f *files) options() []harness.Option {
	if f.dir == "" {
		return nil
	}
	return []harness.Option{harness.HistoryFile(f.history)}
}

// names are the files that a run leaves.
func (f *files) names() []string {
	if f.dir == "" {
		return nil
	}
	names := []string{
		f.history, filepath.Join(f.dir, "report.json"), filepath.Join(f.dir, "report.txt"), filepath.Join(f.dir, pageFile),
	}
	if isThere(f.log()) {
		names = append(names, f.log())
	}
	return names
}

// log is where a service's output goes, or "".
func (f *files) log() string {
	if f.dir == "" {
		return ""
	}
	return filepath.Join(f.dir, serviceLog)
}

// failed says where the output of a service is that could not be run; without any, the folder goes.
func (f *files) failed() error {
	f.discard()
	if f.dir == "" || !isThere(f.log()) {
		return nil
	}
	return fmt.Errorf("its whole output is in %s", f.log())
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// report writes the report's files.
func (f *files) report(r *report.Report) error {
	if f.dir == "" {
		return nil
	}
	_, err := writeReports(f.dir, reportFormats, r)
	return err
}

// withoutOrders is the report without legal orders and beginnings of such, which may be as long as the history.
func withoutOrders(r *report.Report) *report.Report {
	short := *r
	short.Orders, short.Verdict.Orders = nil, nil
	short.Prefixes, short.Verdict.Prefixes = nil, nil
	return &short
}

// writeWhole writes a file, or none: what is there under its name is whole.
func writeWhole(path, content string) error {
	part := path + ".part"
	err := os.WriteFile(part, []byte(content), 0o644)
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part) // the first error tells more
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// discard takes the folder away again if the run came to nothing.
func (f *files) discard() {
	if f.dir == "" || os.Remove(f.dir) != nil { // only an empty one can be removed
		return
	}
	_ = os.Remove(filepath.Join(filepath.Dir(f.dir), latest)) // it points nowhere now
}

// link points "latest" to this run, from its beginning on, so that one which was killed is found as well. A file of that
// name that is no link is left alone.
func (f *files) link() error {
	link := filepath.Join(filepath.Dir(f.dir), latest)
	if info, err := os.Lstat(link); err == nil {
		if info.Mode()&os.ModeSymlink == 0 {
			return nil
		}
		if err := os.Remove(link); err != nil {
			return fmt.Errorf("pointing %s to this run: %w", link, err)
		}
	}
	if err := os.Symlink(filepath.Base(f.dir), link); err != nil && !os.IsExist(err) {
		return fmt.Errorf("pointing %s to this run: %w", link, err)
	}
	return nil
}
