package file

import (
	"errors"
	"fmt"
)

var errNotWhole = errors.New("expected one JSON object on the line")

// members calls each for every member of the JSON object that is all of text. Values are found by their ends only: what
// is in them is left to whoever decodes them.
func members(text []byte, each func(key, value []byte) error) error {
	s := scanner{text: text}
	if !s.take('{') {
		return errNotWhole
	}
	if s.take('}') {
		return s.finish()
	}
	for {
		key, ok := s.key()
		if !ok {
			return errNotWhole
		}
		value, ok := s.value()
		if !ok {
			return errNotWhole
		}
		if err := each(key, value); err != nil {
			return err
		}
		if s.take(',') {
			continue
		}
		if s.take('}') {
			return s.finish()
		}
		return errNotWhole
	}
}

// elements calls each for every element of the JSON array that is all of text.
func elements(text []byte, each func(value []byte) error) error {
	s := scanner{text: text}
	if !s.take('[') {
		return fmt.Errorf("expected a JSON array, found %.40q", text)
	}
	for first := true; !s.take(']'); first = false {
		if !first && !s.take(',') {
			return errNotWhole
		}
		value, ok := s.value()
		if !ok {
			return errNotWhole
		}
		if err := each(value); err != nil {
			return err
		}
	}
	return s.finish()
}

// whole reports whether the text is a JSON object to its end.
func whole(text []byte) bool {
	return members(text, func(_, _ []byte) error { return nil }) == nil
}

type scanner struct {
	text []byte
	i    int
}

func (s *scanner) space() {
	for s.i < len(s.text) {
		switch s.text[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// take steps over c, and space before it, if it is what comes.
func (s *scanner) take(c byte) bool {
	if s.i < len(s.text) && s.text[s.i] != c {
		s.space()
	}
	if s.i < len(s.text) && s.text[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *scanner) finish() error {
	if s.space(); s.i != len(s.text) {
		return errNotWhole
	}
	return nil
}

func (s *scanner) key() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	start := s.i
	if !s.quoted() {
		return nil, false
	}
	return s.text[start : s.i-1], s.take(':')
}

// quoted steps over the rest of a string.
func (s *scanner) quoted() bool {
	for ; s.i < len(s.text); s.i++ {
		switch s.text[s.i] {
		case '"':
			s.i++
			return true
		case '\\':
			s.i++
		}
	}
	return false
}

// value steps over one value.
func (s *scanner) value() ([]byte, bool) {
	s.space()
	start := s.i
	for depth := 0; s.i < len(s.text); {
		switch c := s.text[s.i]; c {
		case '"':
			s.i++
			if !s.quoted() {
				return nil, false
			}
		case '{', '[':
			s.i++
			depth++
			continue
		case '}', ']':
			s.i++
			depth--
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return nil, false
			}
			s.i++
			continue
		default:
			s.scalar()
		}
		if depth <= 0 {
			return s.text[start:s.i], depth == 0
		}
	}
	return nil, false
}

// scalar steps over a number, true, false or null.
func (s *scanner) scalar() {
	for s.i < len(s.text) {
		switch s.text[s.i] {
		case ',', ':', '}', ']', '{', '[', '"', ' ', '\t', '\r', '\n':
			return
		}
		s.i++
	}
}
