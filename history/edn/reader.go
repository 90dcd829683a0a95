package edn

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// What one form may take, so that no text can take all memory or the whole stack. A read of a set of a million numbers
// has room.
const (
	MaxBytes = 16 << 20 // of its text
	MaxItems = 1 << 21  // values in it, at all depths
	MaxDepth = 64       // collections in collections
)

// Error says where a text is not EDN. Test with errors.As.
type Error struct {
	Line   int64 // from 1
	Offset int64 // where the line begins, in bytes from 0
	Err    error // what was expected and what was found
}

// Error names the line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap gives what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// Reader reads the forms of a text one by one. A text that begins with a vector or a list is read as its members: a
// history may be one.
type Reader struct {
	in    io.Reader
	text  []byte // what was read of it
	at    int    // the next byte in text
	ended error  // what in said at its end

	here place
	form place // where the last form begins
	room int   // bytes that the form may still take
	free int   // values that it may still hold

	bytes, items int // MaxBytes and MaxItems, but in tests

	state state
	open  byte  // what began the vector or list around all forms
	began int64 // its line
	known map[string]string
	buf   []byte

	pending []Value // members of the collections that have not ended
}

// place is a place in the text.
type place struct{ line, start, byte int64 }

type state uint8

const (
	atStart state = iota // nothing was read yet
	between              // forms follow until the text ends
	inside               // forms follow until the vector ends
	after                // the vector has ended
)

// NewReader reads from in, of which it may read more than it needs.
func NewReader(in io.Reader) *Reader {
	return &Reader{
		in: in, text: make([]byte, 0, 64<<10), here: place{line: 1}, known: map[string]string{},
		bytes: MaxBytes, items: MaxItems,
	}
}

// Parse reads a text that is one form.
func Parse(text string) (Value, error) {
	r := NewReader(strings.NewReader(text))
	r.state = between
	v, err := r.Next()
	if errors.Is(err, io.EOF) {
		return Value{}, r.fail("expected a value, found nothing")
	}
	if err != nil {
		return Value{}, err
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		return Value{}, r.fail("expected one value, found more after %.40q", v)
	}
	return v, nil
}

// Next gives the next form, or io.EOF after the last. After any other error nothing more can be read.
func (r *Reader) Next() (Value, error) {
	r.room, r.free, r.pending = r.bytes, r.items, r.pending[:0]
	if err := r.space(0); err != nil && !errors.Is(err, io.EOF) {
		return Value{}, err
	}
	c, err := r.peek()
	switch {
	case errors.Is(err, io.EOF) && r.state == inside:
		return Value{}, r.unclosed(r.open, r.began)
	case err != nil:
		return Value{}, err
	case r.state == after:
		return Value{}, r.fail("expected nothing after the %q that ended the history, found %q", closing(r.open), c)
	case r.state == inside && c == closing(r.open):
		r.skip()
		r.state = after
		return r.Next()
	case r.state == atStart && (c == '[' || c == '('):
		r.skip()
		r.state, r.open, r.began = inside, c, r.here.line
		return r.Next()
	case r.state == atStart:
		r.state = between
	}
	r.form, r.room = r.here, r.bytes
	return r.value(0)
}

// Line is where the form that Next gave begins, from 1.
func (r *Reader) Line() int64 { return r.form.line }

// Wrap makes an error of what is wrong with the form that Next gave.
func (r *Reader) Wrap(err error) error { return &Error{r.form.line, r.form.start, err} }

func (r *Reader) fail(format string, args ...any) error {
	return &Error{r.here.line, r.here.start, fmt.Errorf(format, args...)}
}

func (r *Reader) unclosed(open byte, line int64) error {
	return r.fail("the text ends inside the %q that begins on line %d: it may have been cut off", open, line)
}

func closing(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	default:
		return '}'
	}
}

// peek gives the next byte and leaves it there.
func (r *Reader) peek() (byte, error) {
	if r.at < len(r.text) || r.fill(1) {
		return r.text[r.at], nil
	}
	return 0, r.broken()
}

// ahead gives the next n bytes, fewer at the end, and leaves them there.
func (r *Reader) ahead(n int) []byte {
	if r.at+n > len(r.text) {
		r.fill(n)
	}
	return r.text[r.at:min(r.at+n, len(r.text))]
}

// most is how often a source may give nothing and no error.
const most = 100

// fill reads until n bytes are there, and reports whether they are.
func (r *Reader) fill(n int) bool {
	r.text = r.text[:copy(r.text[:cap(r.text)], r.text[r.at:])]
	r.at = 0
	for tries := 0; len(r.text) < n && r.ended == nil; tries++ {
		var got int
		got, r.ended = r.in.Read(r.text[len(r.text):cap(r.text)])
		r.text = r.text[:len(r.text)+got]
		if got > 0 {
			tries = 0
		}
		if tries == most {
			r.ended = io.ErrNoProgress
		}
	}
	return len(r.text) >= n
}

// broken tells the end of the text from a failure to read it. A compressed text that was cut off fails.
func (r *Reader) broken() error {
	if r.ended == io.EOF { //nolint:errorlint // a decoder wraps the EOF of what was cut off, and that is a failure
		return io.EOF
	}
	return r.fail("%w; the file may be damaged: use another copy", r.ended)
}

// skip steps over the byte that peek gave.
func (r *Reader) skip() {
	c := r.text[r.at]
	r.at++
	r.room--
	r.here.byte++
	if c == '\n' {
		r.here.line++
		r.here.start = r.here.byte
	}
}

// space steps over blanks, commas, comments and discarded forms.
func (r *Reader) space(depth int) error {
	for {
		c, err := r.peek()
		switch {
		case err != nil:
			return err
		case blank(c):
			r.skip()
		case c == ';':
			err = r.comment()
		case c == '#' && r.second() == '_':
			r.skip()
			r.skip()
			_, err = r.value(depth + 1)
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// second is the byte after the next, or 0.
func (r *Reader) second() byte {
	if two := r.ahead(2); len(two) == 2 {
		return two[1]
	}
	return 0
}

func (r *Reader) comment() error {
	for {
		c, err := r.peek()
		if err != nil || c == '\n' {
			return err
		}
		r.skip()
	}
}

func blank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == ',' || c == '\f' || c == '\v'
}

func ends(c byte) bool {
	switch c {
	case '"', '(', ')', ';', '[', ']', '{', '}', '\\':
		return true
	}
	return blank(c)
}
