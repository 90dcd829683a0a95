package serve

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/diff"
	"github.com/lostupdate/stress/report/look"
)

//go:embed pages
var sources embed.FS

// pages write what a browser shows.
type pages struct {
	folder string
	layout *template.Template
	script string
}

func newPages(folder string) (*pages, error) {
	script, err := sources.ReadFile("pages/index.js")
	if err != nil {
		return nil, fmt.Errorf("the script of the index: %w", err)
	}
	p := &pages{folder: folder, script: string(script)}
	p.layout, err = template.New("pages").Funcs(template.FuncMap{
		"css": look.CSS, "mark": look.Mark, "clean": report.Clean, "words": words, "folder": func() string { return folder },
		"script": func() template.JS { return template.JS(p.script) }, //nolint:gosec // it is ours
		"count":  func(n int) string { return report.Count(int64(n)) },
		"size":   size, "round": report.Round, "at": at,
		"day":   func(t time.Time) string { return t.UTC().Format("2006-01-02") },
		"clock": func(t time.Time) string { return t.UTC().Format("15:04:05") },
		"iso":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}).ParseFS(sources, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("the pages: %w", err)
	}
	return p, nil
}

// size writes a number of bytes.
func size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d bytes", n)
}

func (p *pages) index(w http.ResponseWriter, r *http.Request, l listing) error {
	return p.write(w, r, look.Policy(true, p.script), "index.html", l)
}

// view is what the page about a run shows.
type view struct {
	*run
	Files    []listed
	HasPage  bool
	Made     bool // its page was made here
	CanCheck bool
}

// Why explains the verdict.
func (v view) Why() string { return v.why() }

// Title is what ran.
func (v view) Title() string {
	if v.Info.Workload == "" {
		return v.Name
	}
	return (&report.Report{Info: v.Info}).Title()
}

// Args are the flags of the run that nothing else on the page says.
func (v view) Args() map[string]string {
	args := maps.Clone(v.Info.Args)
	for _, said := range []string{"target", "workload", "strategy", "clients", "seed"} {
		delete(args, said)
	}
	for param := range v.Info.Params {
		delete(args, param)
	}
	return args
}

// listed is a file of a run.
type listed struct {
	Name, Link string
	Size       int64
}

func (p *pages) run(w http.ResponseWriter, r *http.Request, v view) error {
	return p.write(w, r, look.Policy(true), "run.html", v)
}

func (p *pages) diff(w http.ResponseWriter, r *http.Request, d *diff.Diff) error {
	var b bytes.Buffer
	if err := diff.Page(&b, d); err != nil {
		return err
	}
	send(w, r, diff.Policy(), b.Bytes())
	return nil
}

// fault tells what went wrong.
func (p *pages) fault(w http.ResponseWriter, code int, message string) {
	var b bytes.Buffer
	err := p.layout.ExecuteTemplate(&b, "fault.html", struct {
		Title, Message string
	}{http.StatusText(code), report.Clean(strings.TrimSuffix(message, ".") + ".")})
	if err != nil {
		http.Error(w, message, code)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", look.Policy(false)+"; frame-ancestors 'none'")
	w.WriteHeader(code)
	_, _ = b.WriteTo(w) // whoever asked has gone
}

func (p *pages) write(w http.ResponseWriter, r *http.Request, policy, name string, data any) error {
	var b bytes.Buffer
	if err := p.layout.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	send(w, r, policy, b.Bytes())
	return nil
}

// send sends a page, unless the browser has it as it is.
func send(w http.ResponseWriter, r *http.Request, policy string, page []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy+"; frame-ancestors 'none'")
	h.Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(page)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(page))
}
