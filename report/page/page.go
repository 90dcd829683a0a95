// Package page writes the report of a run as one page of HTML, which needs nothing else: no network, no file beside it.
package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io"

	"github.com/lostupdate/stress/report"
)

var layout = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{{.Title}}</title>
<pre>{{.Text}}</pre>
</html>
`)) //nolint:gochecknoglobals // a constant

// Write writes the page.
func Write(w io.Writer, r *report.Report) error {
	var text, page bytes.Buffer
	if err := r.Text(&text, report.Style{}); err != nil {
		return err
	}
	err := layout.Execute(&page, struct{ Title, Text string }{r.Info.Target + " · " + r.Info.Workload, text.String()})
	if err == nil {
		_, err = page.WriteTo(w)
	}
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}
