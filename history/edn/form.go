package edn

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// value reads one form.
func (r *Reader) value(depth int) (Value, error) {
	if err := r.spend(depth); err != nil {
		return Value{}, err
	}
	if err := r.space(depth); err != nil {
		return Value{}, r.missing(err)
	}
	c, err := r.peek()
	switch {
	case err != nil:
		return Value{}, r.missing(err)
	case c == '(':
		return r.collection(List, c, depth)
	case c == '[':
		return r.collection(Vector, c, depth)
	case c == '{':
		return r.collection(Map, c, depth)
	case c == '#':
		return r.dispatch(depth)
	case c == '"':
		return r.quoted()
	case c == '\\':
		return r.char()
	case c == ')' || c == ']' || c == '}':
		return Value{}, r.fail("expected a value, found %q", c)
	}
	word, err := r.word()
	if err != nil {
		return Value{}, err
	}
	return r.scalar(word)
}

func (r *Reader) missing(err error) error {
	if errors.Is(err, io.EOF) {
		return r.fail("expected a value, found the end of the text")
	}
	return err
}

// spend keeps a form within its bounds.
func (r *Reader) spend(depth int) error {
	r.free--
	switch {
	case depth > MaxDepth:
		return r.fail("collections are in one another more than %d deep", MaxDepth)
	case r.free < 0:
		return r.fail("the form that begins on line %d has more than %d values", r.form.line, r.items)
	case r.room < 0:
		return r.fail("the form that begins on line %d is longer than %d bytes", r.form.line, r.bytes)
	}
	return nil
}

// collection reads a list, vector, set or map, the bytes before open having been read.
func (r *Reader) collection(kind Kind, open byte, depth int) (Value, error) {
	line, end := r.here.line, closing(open)
	r.skip()
	v, base := Value{Kind: kind}, len(r.pending)
	for {
		err := r.space(depth)
		c, ended := r.peek()
		switch {
		case errors.Is(err, io.EOF) || errors.Is(ended, io.EOF):
			return v, r.unclosed(open, line)
		case err != nil:
			return v, err
		case ended != nil:
			return v, ended
		case c == end:
			r.skip()
			v.Items = slices.Clone(r.pending[base:]) // of just the size: a read of a set can be very large
			r.pending = r.pending[:base]
			return r.finish(v)
		case c == ')' || c == ']' || c == '}':
			return v, r.fail("expected %q for the %q that begins on line %d, found %q", end, open, line, c)
		}
		item, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		r.pending = append(r.pending, item)
	}
}

// finish puts sets and maps in order. One that names a thing twice is damaged, and no guess is made which is meant.
func (r *Reader) finish(v Value) (Value, error) {
	step := 1
	switch v.Kind {
	case Set:
		if !slices.IsSortedFunc(v.Items, Compare) {
			slices.SortFunc(v.Items, Compare)
		}
	case Map:
		if len(v.Items)%2 != 0 {
			return v, r.fail("the map has the key %.40q without a value", v.Items[len(v.Items)-1])
		}
		v.Items, step = sortPairs(v.Items), 2
	default:
		return v, nil
	}
	for i := step; i < len(v.Items); i += step {
		if Compare(v.Items[i-step], v.Items[i]) == 0 {
			return v, r.fail("%.40q is there twice", v.Items[i])
		}
	}
	return v, nil
}

// dispatch reads what begins with #: a set, a symbolic number, or a tagged value. Discarded forms are space.
func (r *Reader) dispatch(depth int) (Value, error) {
	r.skip()
	if c, err := r.peek(); err == nil && c == '{' {
		return r.collection(Set, c, depth)
	}
	tag, err := r.word()
	switch {
	case err != nil:
		return Value{}, err
	case tag == "#Inf" || tag == "#-Inf" || tag == "#NaN":
		return Value{Kind: Number, Text: "#" + tag}, nil
	case tag == "" || !begins(tag[0]):
		return Value{}, r.fail("expected a set or a tag after #, found %.40q", tag)
	}
	v, err := r.value(depth + 1)
	if err != nil {
		return v, err
	}
	return Value{Kind: Tagged, Text: tag, Items: []Value{v}}, nil
}

func begins(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// word reads to the next blank, bracket or quote. Words are short and few, so that one text serves for all that are
// alike.
func (r *Reader) word() (string, error) {
	r.buf = r.buf[:0]
	for {
		_, err := r.peek()
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		rest := r.text[r.at:]
		end := slices.IndexFunc(rest, ends)
		if end >= 0 {
			rest = rest[:end]
		}
		r.buf = append(r.buf, rest...)
		r.at, r.room, r.here.byte = r.at+len(rest), r.room-len(rest), r.here.byte+int64(len(rest))
		switch {
		case r.room < 0:
			return "", r.spend(0)
		case end >= 0 || err != nil:
			return r.intern()
		}
	}
}

// maxKnown bounds the words that are kept.
const maxKnown = 1 << 12

func (r *Reader) intern() (string, error) {
	if known, ok := r.known[string(r.buf)]; ok {
		return known, nil
	}
	word := string(r.buf)
	if !utf8.ValidString(word) || strings.ContainsFunc(word, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "", r.fail("expected text in UTF-8, found %.40q", word)
	}
	if len(r.known) < maxKnown && len(word) < 64 {
		r.known[word] = word
	}
	return word, nil
}

func (r *Reader) scalar(word string) (Value, error) {
	switch c := word[0]; {
	case word == "nil":
		return Value{}, nil
	case word == "true" || word == "false":
		return Value{Kind: Bool, Text: word}, nil
	case c == ':':
		if len(word) == 1 {
			return Value{}, r.fail("expected the name of a keyword after the colon")
		}
		return Value{Kind: Keyword, Text: word[1:]}, nil
	case digit(c) || len(word) > 1 && (c == '-' || c == '+') && digit(word[1]):
		return r.number(word)
	case strings.IndexByte("^@`~'", c) >= 0:
		return Value{}, r.fail("expected a value, found %.40q", word)
	}
	return Value{Kind: Symbol, Text: word}, nil
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (r *Reader) number(word string) (Value, error) {
	whole := strings.TrimPrefix(strings.TrimSuffix(word, "N"), "+")
	digits := strings.TrimPrefix(whole, "-")
	switch {
	case !strings.ContainsFunc(digits, func(c rune) bool { return c > '9' || c < '0' }):
		if len(digits) > 1 && digits[0] == '0' {
			return Value{}, r.fail("expected a number without leading zeros, found %.40q", word)
		}
		if digits == "0" {
			whole = digits
		}
		return Value{Kind: Int, Text: whole}, nil
	case ratio(digits):
		return Value{Kind: Number, Text: whole}, nil
	}
	if _, err := strconv.ParseFloat(strings.TrimSuffix(word, "M"), 64); err != nil && !errors.Is(err, strconv.ErrRange) ||
		strings.ContainsAny(word, "xXpP_") {
		return Value{}, r.fail("expected a number, found %.40q", word)
	}
	return Value{Kind: Number, Text: word}, nil
}

// ratio reports whether the digits are two whole numbers with a slash between.
func ratio(digits string) bool {
	over, under, ok := strings.Cut(digits, "/")
	all := func(s string) bool {
		return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return c > '9' || c < '0' })
	}
	return ok && all(over) && all(under)
}

func (r *Reader) char() (Value, error) {
	r.skip()
	first, err := r.peek()
	if err != nil {
		return Value{}, r.missing(err)
	}
	if ends(first) { // words end there
		r.skip()
		if blank(first) {
			return Value{}, r.fail("expected a character after the backslash")
		}
		return Value{Kind: Char, Text: string(rune(first))}, nil
	}
	word, err := r.word()
	return Value{Kind: Char, Text: word}, err
}

// quoted reads a string.
func (r *Reader) quoted() (Value, error) {
	line := r.here.line
	r.skip()
	var text []byte
	for {
		c, err := r.peek()
		switch {
		case errors.Is(err, io.EOF):
			return Value{}, r.unclosed('"', line)
		case err != nil:
			return Value{}, err
		case r.room < 0:
			return Value{}, r.spend(0)
		}
		r.skip()
		switch c {
		case '"':
			if !utf8.Valid(text) {
				return Value{}, r.fail("expected a string in UTF-8, found %.40q", text)
			}
			return Value{Kind: String, Text: string(text)}, nil
		case '\\':
			if text, err = r.escape(text); err != nil {
				return Value{}, err
			}
		default:
			text = append(text, c)
		}
	}
}

func (r *Reader) escape(text []byte) ([]byte, error) {
	c, err := r.peek()
	if err != nil {
		return nil, r.missing(err)
	}
	r.skip()
	if c == 'u' {
		return r.unicode(text)
	}
	if i := strings.IndexByte(`tnrbf"\`, c); i >= 0 {
		return append(text, "\t\n\r\b\f\"\\"[i]), nil
	}
	return nil, r.fail("expected an escape that EDN knows, found %q", []byte{'\\', c})
}

// unicode reads \uXXXX, of which a character beyond 16 bits takes two.
func (r *Reader) unicode(text []byte) ([]byte, error) {
	first, err := r.hex()
	if err != nil || !utf16.IsSurrogate(first) {
		return utf8.AppendRune(text, first), err
	}
	if string(r.ahead(2)) == `\u` {
		r.skip()
		r.skip()
		second, err := r.hex()
		if both := utf16.DecodeRune(first, second); err == nil && both != utf8.RuneError {
			return utf8.AppendRune(text, both), nil
		}
	}
	return nil, r.fail("expected the other half of the character %s", fmt.Sprintf(`\u%04x`, first))
}

func (r *Reader) hex() (rune, error) {
	var digits [4]byte
	for i := range digits {
		c, err := r.peek()
		if err != nil {
			return 0, r.missing(err)
		}
		digits[i] = c
		r.skip()
	}
	n, err := strconv.ParseUint(string(digits[:]), 16, 16)
	if err != nil {
		return 0, r.fail(`expected four hexadecimal digits after \u, found %q`, digits[:])
	}
	return rune(n), nil
}
