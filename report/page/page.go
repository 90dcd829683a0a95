// Package page writes the report of a run as one page of HTML, which needs nothing else: no network, no file beside it.
//
// The page has all operations of the run, in a compact form (see encode.go and docs/report-page.md), and the scripts that draw
// them. It runs nothing but these: its policy names them by their hashes, and what comes from a run is never more than text.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"

	"github.com/lostupdate/stress/report"
)

//go:embed assets
var assets embed.FS

// Write writes the page. The report's Timeline is read once, in order.
func Write(w io.Writer, r *report.Report) error {
	if err := write(w, r); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

func write(w io.Writer, r *report.Report) error {
	style, scripts, err := parts()
	if err != nil {
		return err
	}
	layout, err := template.ParseFS(assets, "assets/*.html")
	if err != nil {
		return err
	}
	v := viewOf(r)
	v.Policy = policy(style, scripts)
	if err := layout.ExecuteTemplate(w, "head.html", v); err != nil {
		return err
	}
	if err := errors.Join(element(w, "script", scripts[0]), element(w, "style", style)); err != nil {
		return err
	}
	if err := layout.ExecuteTemplate(w, "body.html", v); err != nil {
		return err
	}
	if err := data(w, r); err != nil {
		return err
	}
	for _, script := range scripts[1:] {
		if err := element(w, "script", script); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "</body>\n</html>\n")
	return err
}

// element writes text of our own, which is not escaped.
func element(w io.Writer, tag, text string) error {
	_, err := fmt.Fprintf(w, "<%s>%s</%s>\n", tag, text, tag)
	return err
}

// parts gives the page's style, and its scripts: what chooses dark or light, for the head; the library that plots; and our own
// files, one after the other in the order of their names, in one scope.
func parts() (style string, scripts []string, err error) {
	var all strings.Builder
	all.WriteString("(() => {\n'use strict';\n")
	names, err := fs.Glob(assets, "assets/js/*.js")
	if err != nil {
		return "", nil, err
	}
	for _, name := range names {
		text, err := assets.ReadFile(name)
		if err != nil {
			return "", nil, err
		}
		all.Write(text)
	}
	all.WriteString("})();\n")
	for _, name := range []string{"assets/theme.js", "assets/uplot/uPlot.iife.min.js"} {
		text, err := assets.ReadFile(name)
		if err != nil {
			return "", nil, err
		}
		scripts = append(scripts, string(text))
	}
	for _, name := range []string{"assets/uplot/uPlot.min.css", "assets/page.css", "assets/parts.css"} {
		text, err := assets.ReadFile(name)
		if err != nil {
			return "", nil, err
		}
		style += string(text)
	}
	return style, append(scripts, all.String()), nil
}

// policy lets the page run and load what is named by its hash, and nothing else.
func policy(style string, scripts []string) string {
	hashes := make([]string, len(scripts))
	for i, s := range scripts {
		hashes[i] = hashOf(s)
	}
	return "default-src 'none'; script-src " + strings.Join(hashes, " ") + "; style-src " + hashOf(style) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// data writes what the scripts read.
func data(w io.Writer, r *report.Report) error {
	facts, err := json.Marshal(factsOf(r)) // which escapes what could end the element
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "<script type=\"application/json\" id=\"facts\">%s</script>\n", facts); err != nil {
		return err
	}
	if r.Timeline != nil {
		if err := newEncoder().timeline(w, r.Timeline); err != nil {
			return err
		}
	}
	all, err := lines(r.Verdict)
	if err != nil || len(all) == 0 {
		return err
	}
	return writeLines(w, all)
}
