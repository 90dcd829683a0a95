// Package label makes names of steps out of requests: short, on one line, and without the values that they carry.
package label

import "strings"

// Words gives the first words of a text.
func Words(text string) string {
	var l line
	for _, r := range text {
		if !l.add(r) {
			break
		}
	}
	return l.text()
}

// SQL gives the first words of a statement, without comments before it, and without what stands in single quotes: a
// password must not get into a report. Of a text without a statement it gives "empty statement".
func SQL(query string) string {
	var l line
	quoted, escaped := false, false
	for _, r := range statement(query) {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			// Only some databases escape with a backslash: taking it so in all of them hides too much, not too little.
			escaped = true
		case quoted && r == '\'':
			quoted = false
			l.add('\'')
		case quoted:
		case r == '\'':
			quoted = true
			l.add('\'')
			l.add('…')
		default:
			l.add(r)
		}
		if l.cut {
			break
		}
	}
	if l.n == 0 {
		return "empty statement"
	}
	return l.text()
}

// statement leaves out the comments that tools write before a query.
func statement(query string) string {
	for {
		query = strings.TrimSpace(query)
		switch {
		case strings.HasPrefix(query, "--"), strings.HasPrefix(query, "#"):
			_, query, _ = strings.Cut(query, "\n")
		case strings.HasPrefix(query, "/*"):
			_, query, _ = strings.Cut(query, "*/")
		default:
			return query
		}
	}
}
