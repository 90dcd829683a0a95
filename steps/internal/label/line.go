package label

import (
	"unicode"
	"unicode/utf8"
)

// Limit is how many characters a label has at most, besides the … that says that it was cut.
const Limit = 40

// line is a label under way. Blanks and what can't be shown become one blank, and none at the start or the end.
type line struct {
	b     []byte
	n     int // characters
	word  int // bytes before the last blank
	blank bool
	cut   bool
}

// add takes the next character, and says whether there was room for it.
func (l *line) add(r rune) bool {
	if unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError {
		l.blank = l.n > 0
		return true
	}
	if l.blank {
		l.word = len(l.b)
		l.put(' ')
	}
	l.put(r)
	l.blank = false
	return !l.cut
}

func (l *line) put(r rune) {
	if l.cut = l.cut || l.n == Limit; l.cut {
		return
	}
	if l.b == nil {
		l.b = make([]byte, 0, Limit+len("…"))
	}
	l.b = utf8.AppendRune(l.b, r)
	l.n++
}

// text ends a label that was cut with its last whole word, unless that leaves too little of it.
func (l *line) text() string {
	switch {
	case !l.cut:
		return string(l.b)
	case l.word >= Limit/2:
		l.b = l.b[:l.word]
	}
	return string(l.b) + "…"
}
