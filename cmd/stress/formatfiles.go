package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/lostupdate/stress/report/github"
)

// tell writes all that was asked for, whatever becomes of one of them. Commands for GitHub go to standard output.
func (r *reports) tell(stdout io.Writer, s *subject) error {
	var errs []error
	for _, w := range r.asked {
		if w.form.name == onGitHub {
			errs = append(errs, named(w, github.Annotate(stdout, s.suite())))
		}
		if s.failed != nil && !w.form.always {
			continue
		}
		errs = append(errs, named(w, w.tell(stdout, s)))
	}
	return errors.Join(errs...)
}

// named says which of the reports an error is about.
func named(w asked, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing --report %s: %w", w.form.name, err)
}

func (w asked) tell(stdout io.Writer, s *subject) error {
	if w.file == "" {
		return appendSummary(stdout, os.Getenv(summaryFile), s)
	}
	var b bytes.Buffer
	if err := w.form.write(&b, w.file, s); err != nil {
		return err
	}
	if info, err := os.Stat(w.file); err == nil && !info.Mode().IsRegular() { // a pipe must not be replaced
		return writeThrough(w.file, os.O_WRONLY, b.Bytes())
	}
	return writeWhole(w.file, b.String())
}

// appendSummary adds to the summary of the step, in which earlier commands may have written, what there is room for. If there is
// none, a command for GitHub says so.
func appendSummary(stdout io.Writer, path string, s *subject) error {
	room := github.Limit
	if info, err := os.Stat(path); err == nil {
		room -= int(min(info.Size(), github.Limit))
	}
	var b bytes.Buffer
	if err := s.summary(&b, room); err != nil {
		return err
	}
	if b.Len() == 0 {
		_, err := io.WriteString(stdout, "::warning title=stress::the summary of this step is full, so that this run is not in it\n")
		return err
	}
	return writeThrough(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, b.Bytes())
}

func writeThrough(path string, flags int, content []byte) error {
	f, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
