package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
)

// The history's name in a run's folder, and what a compressed one has in addition.
const (
	historyFile = "history.jsonl"
	compressed  = ".zst"
)

// files are what a run leaves: a folder of its own under --out, with the history, the report as JSON and as text, and
// beside it a link "latest" to it.
type files struct {
	dir     string // "" for none
	history string
	written []string
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

// report writes the report's files.
func (f *files) report(r *report.Report) error {
	if f.dir == "" {
		return nil
	}
	var text strings.Builder
	if err := r.Text(&text, report.Style{}); err != nil {
		return err
	}
	var json strings.Builder
	if err := writeJSON(&json, r); err != nil {
		return err
	}
	f.written = []string{f.history}
	for _, part := range []struct{ name, content string }{
		{"report.json", json.String()}, {"report.txt", text.String()},
	} {
		path := filepath.Join(f.dir, part.name)
		if err := os.WriteFile(path, []byte(part.content), 0o644); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		f.written = append(f.written, path)
	}
	return nil
}

// link points "latest" to this run, from its beginning on, so that one which was killed is found as well. A file of that
// name that is no link is left alone.
func (f *files) link() error {
	latest := filepath.Join(filepath.Dir(f.dir), "latest")
	if info, err := os.Lstat(latest); err == nil {
		if info.Mode()&os.ModeSymlink == 0 {
			return nil
		}
		if err := os.Remove(latest); err != nil {
			return fmt.Errorf("pointing %s to this run: %w", latest, err)
		}
	}
	if err := os.Symlink(filepath.Base(f.dir), latest); err != nil && !os.IsExist(err) {
		return fmt.Errorf("pointing %s to this run: %w", latest, err)
	}
	return nil
}
