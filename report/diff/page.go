package diff

import (
	"bytes"
	_ "embed" // for the layout
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/look"
)

//go:embed page.html
var layout string

// Policy is the Content-Security-Policy of the page.
func Policy() string { return look.Policy(false) }

// Page writes the two runs as one page of HTML that needs nothing else, runs no script, and shows every value as it is.
func Page(w io.Writer, d *Diff) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"css": look.CSS, "mark": func(s checkers.Status) template.HTML { return look.Mark(s.String()) },
		"upper": func(s checkers.Status) string { return strings.ToUpper(s.String()) },
		"clean": report.Clean, "said": said, "stop": stop, "count": func(n int) string { return report.Count(int64(n)) },
		"line": func(s string) string { line, _, _ := strings.Cut(s, "\n"); return line },
	}).Parse(layout)
	if err != nil {
		return fmt.Errorf("the page of a comparison: %w", err)
	}
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		*Diff
		Policy string
		Sides  []lettered
	}{d, Policy(), []lettered{{"A", d.A}, {"B", d.B}}})
	if err == nil {
		_, err = b.WriteTo(w)
	}
	if err != nil {
		return fmt.Errorf("writing the page of a comparison: %w", err)
	}
	return nil
}

type lettered struct {
	Letter string
	Side
}
