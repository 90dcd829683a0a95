// Package look is how pages about runs look, but for the page of one run, which brings its own: the colours, the type, and the
// policy that lets a page run nothing but what it came with.
package look

import (
	"crypto/sha256"
	_ "embed" // for the style sheet
	"encoding/base64"
	"html/template"
	"strings"

	"github.com/lostupdate/stress/checkers"
)

//go:embed look.css
var css string

// CSS is the style sheet, to stand in the page, so that it needs no other file.
func CSS() template.CSS { return template.CSS(css) } //nolint:gosec // it is ours

// Policy is the Content-Security-Policy of a page that has the style sheet and these scripts in it, all of them ours. Whatever
// else gets into it, out of a value for instance, is not run, and nothing is loaded from elsewhere. With self, its forms and
// requests may go to its own server; else nowhere.
func Policy(self bool, scripts ...string) string {
	parts := []string{"default-src 'none'", "img-src data:", "style-src " + hash(css), "base-uri 'none'"}
	if len(scripts) > 0 {
		hashes := make([]string, len(scripts))
		for i, s := range scripts {
			hashes[i] = hash(s)
		}
		parts = append(parts, "script-src "+strings.Join(hashes, " "))
	}
	if self {
		parts = append(parts, "connect-src 'self'", "form-action 'self'")
	} else {
		parts = append(parts, "form-action 'none'")
	}
	return strings.Join(parts, "; ")
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Mark is a verdict's sign, of which the shape tells as much as the colour; "" stands for no verdict yet.
func Mark(status string) template.HTML {
	shape := map[string]string{
		checkers.Valid.String():   `<circle cx="12" cy="12" r="11"/><path d="m6.8 12.4 3.6 3.6 6.8-7.4"/>`,
		checkers.Invalid.String(): `<path class="plate" d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z"/><path d="m8 8 8 8m0-8-8 8"/>`,
		checkers.Undecided.String(): `<path class="plate" d="M12 .8 23.2 12 12 23.2.8 12z"/>` +
			`<path d="M9.3 9.6a2.8 2.8 0 1 1 4.2 2.4q-1.5.9-1.5 2v.3m0 2.9v.1"/>`,
	}[status]
	if shape == "" {
		shape = `<circle class="hollow" cx="12" cy="12" r="10"/><path class="dots" d="M7 12h.1m4.9 0h.1m4.9 0h.1"/>`
	}
	return template.HTML(`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">` + shape + `</svg>`) //nolint:gosec // it is ours
}
