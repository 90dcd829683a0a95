package github

import (
	"fmt"
	"html"
	"strings"
	"unicode"
)

// mostRunes bounds one value in a summary.
const mostRunes = 4000

// special is what Markdown gives a meaning to, besides what HTML does.
const special = "\\`*_{}[]()#+-.!|~$@:=^"

// plain has a value shown as it is: neither HTML nor Markdown in it has a meaning, and it stays in its line. An entity is never
// syntax in Markdown.
func plain(value string) string {
	var b strings.Builder
	n := 0
	for _, r := range value {
		if n++; n > mostRunes {
			b.WriteString("…")
			break
		}
		switch {
		case strings.ContainsRune(special, r):
			fmt.Fprintf(&b, "&#%d;", r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteString(html.EscapeString(string(r)))
		}
	}
	return b.String()
}

// code has a value shown in the font of code.
func code(value string) string { return "<code>" + plain(value) + "</code>" }

// cutNote stands at the end of a summary that had no room for all.
const cutNote = "\n… and more, for which GitHub has no room here: see the report.\n"

// blocks joins as many blocks of a page as have room, and says so where some have not. It is empty if not even the first has.
func blocks(limit int, all ...string) string {
	var b strings.Builder
	for n, block := range all {
		room := limit - b.Len() - len(block) - 1
		if n < len(all)-1 {
			room -= len(cutNote)
		}
		if room < 0 {
			if n > 0 {
				b.WriteString(cutNote)
			}
			break
		}
		if block != "" {
			b.WriteString(block + "\n")
		}
	}
	return b.String()
}
