package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/github"
	"github.com/lostupdate/stress/report/gitlab"
	"github.com/lostupdate/stress/report/junit"
	"github.com/lostupdate/stress/report/page"
)

// form is one in which --report writes what a command has found.
type form struct {
	name string
	// always says that it can be written of what failed and has no report, too; runs that it is of a single run.
	always, runs bool
	write        func(w io.Writer, path string, s *subject) error
}

// forms are all values of --report. To add one, add a line.
func forms() []form {
	return []form{
		{"json", false, false, func(w io.Writer, _ string, s *subject) error { return writeJSON(w, s.document()) }},
		{"html", false, true, func(w io.Writer, _ string, s *subject) error { return page.Write(w, s.whole) }},
		{"text", false, false, func(w io.Writer, _ string, s *subject) error { return s.text(w) }},
		{"junit", true, false, func(w io.Writer, _ string, s *subject) error { return junit.Write(w, s.suite()) }},
		{"github", false, false, func(w io.Writer, _ string, s *subject) error { return s.summary(w, github.Limit) }},
		{"gitlab", true, false, func(w io.Writer, path string, s *subject) error { return gitlab.Write(w, inRepo(path), s.suite()) }},
	}
}

// formNames are the values of --report, for a matrix or for a single run.
func formNames(matrix bool) []string {
	var names []string
	for _, f := range forms() {
		if !matrix || !f.runs {
			names = append(names, f.name)
		}
	}
	return names
}

// onGitHub is the form that has no file of its own: GitHub names one for the summary.
const (
	onGitHub    = "github"
	summaryFile = "GITHUB_STEP_SUMMARY"
)

// subject is what is reported: a run or a recorded history, a matrix, or what failed.
type subject struct {
	report *report.Report
	whole  *report.Report // with the legal orders, which the page shows
	matrix *report.Matrix
	text   func(w io.Writer) error // as on standard output, without colours
	failed *report.Suite
}

// ofReport makes a run or a recorded history the subject.
func ofReport(r *report.Report) *subject {
	return &subject{report: r, whole: r, text: func(w io.Writer) error { return r.Text(w, report.Style{}) }}
}

func (s *subject) document() any {
	if s.matrix != nil {
		return s.matrix
	}
	return s.report
}

func (s *subject) suite() report.Suite {
	var out report.Suite
	switch {
	case s.matrix != nil:
		out = s.matrix.Suite()
	case s.report != nil:
		out = s.report.Suite()
	default:
		out = *s.failed
	}
	out.File = inRepo(out.File)
	return out
}

func (s *subject) summary(w io.Writer, room int) error {
	var text string
	if s.matrix != nil {
		text = github.MatrixSummary(s.matrix, room)
	} else {
		text = github.Summary(s.report, room)
	}
	_, err := io.WriteString(w, text)
	return err
}

// inRepo gives a path as from the root of the repository, where GitLab says where that is.
func inRepo(path string) string {
	root := os.Getenv("CI_PROJECT_DIR")
	if path == "" || root == "" {
		return path
	}
	full, err := filepath.Abs(path)
	if err == nil {
		full, err = filepath.Rel(root, full)
	}
	if err != nil {
		return path
	}
	return full
}

// asked is one form that --report names, and the file for it; "" for that which GitHub names.
type asked struct {
	form form
	file string
}

// reports are the forms that --report asks for.
type reports struct {
	matrix bool // of a matrix, which has no forms that are of a single run
	specs  []string
	asked  []asked
}

func (r *reports) flags(s *pflag.FlagSet) {
	s.StringArrayVar(&r.specs, "report", nil, "write the result to a file, as FORMAT=FILE, or as github alone; FORMAT is "+
		strings.Join(formNames(r.matrix), ", ")+"; may be given again")
}

// fresh reads the flags and takes away what an earlier run has left, before anything else that can be wrong is looked at: who
// publishes the files whatever happened must not find those of a run that passed.
func (r *reports) fresh(plain bool, read string) error {
	if err := r.parse(plain); err != nil {
		return err
	}
	return r.begin(read)
}

// parse reads the flags; plain says that standard output has text for people, so that GitHub's commands may stand there.
func (r *reports) parse(plain bool) error {
	for _, spec := range r.specs {
		name, file, named := strings.Cut(spec, "=")
		if err := oneOf("--report", name, formNames(r.matrix)); err != nil {
			return err
		}
		if err := r.refuse(name, file, named, plain); err != nil {
			return err
		}
		i := slices.IndexFunc(forms(), func(f form) bool { return f.name == name })
		r.asked = append(r.asked, asked{forms()[i], file})
	}
	return nil
}

// has reports whether a form was asked for.
func (r *reports) has(name string) bool {
	return slices.ContainsFunc(r.asked, func(a asked) bool { return a.form.name == name })
}

// samePath reports whether two names are of one path, as x and ./x are; "" is none.
func samePath(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	one, err := filepath.Abs(a)
	if err != nil {
		return a == b
	}
	other, err := filepath.Abs(b)
	return err == nil && one == other
}

// refuse says what is wrong with one of the flags.
func (r *reports) refuse(name, file string, named, plain bool) error {
	twice := slices.ContainsFunc(r.asked, func(a asked) bool {
		return samePath(a.file, file) && (file != "" || a.form.name == name)
	})
	switch {
	case name == onGitHub && !plain:
		return usagef("--report %s writes commands for GitHub to standard output, where text must be: "+
			"write JSON with --report json=FILE", name)
	case name == onGitHub && !named && os.Getenv(summaryFile) == "":
		return usagef("--report %s: %s is not set, as it is on GitHub: name a file for the summary, as %s=FILE",
			name, summaryFile, name)
	case twice && file == "":
		return usagef("--report %s is there twice", name)
	case twice:
		return usagef("--report %s=%s: another --report writes that file", name, file)
	case name == onGitHub && !named:
		return nil
	}
	return noFile(name, file)
}

// noFile says why a report can't be written to a file of the name.
func noFile(name, file string) error {
	info, err := os.Stat(file)
	switch {
	case file == "":
		return usagef("--report %s: name the file, as %s=FILE", name, name)
	case file == standard:
		return usagef("--report %s=-: standard output has the text of the report: name a file", name)
	case err == nil && info.IsDir():
		return usagef("--report %s=%s: that is a folder: name a file", name, file)
	}
	return nil
}

// begin makes the folders for the files, and takes away those of their names that are there, so that what an earlier run
// has left is never taken for this one's. It leaves the histories alone that are read.
func (r *reports) begin(read string) error {
	for _, w := range r.asked {
		if w.file == "" {
			continue
		}
		if sameFile(w.file, read) {
			return usagef("--report %s=%s: that is the history which is to be checked", w.form.name, w.file)
		}
	}
	for _, w := range r.asked {
		if w.file == "" {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(w.file), 0o755); err != nil {
			return usagef("--report %s=%s: %w", w.form.name, w.file, err)
		}
		if info, err := os.Lstat(w.file); err == nil && info.Mode().IsRegular() {
			if err := os.Remove(w.file); err != nil {
				return usagef("--report %s=%s: %w", w.form.name, w.file, err)
			}
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// failure makes what could not be run a subject, so that no reader of a file takes its absence for success.
func failure(target, workload, strategy string, err error) *subject {
	c := report.Case{
		Target: target, Workload: workload, Strategy: strategy, Result: report.NotRun,
		Findings: []report.Finding{{Name: "failed", Message: err.Error()}},
	}
	return &subject{failed: &report.Suite{Name: fmt.Sprintf("stress %s.%s", c.Class(), c.Title()), Cases: []report.Case{c}}}
}
