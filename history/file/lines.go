package file

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// lines splits a text of any size, holding one line at a time.
type lines struct {
	r    *bufio.Reader
	max  int
	text []byte // the line, without its end; valid until the next
	n    int64  // its number, from 1
	at   int64  // where it begins, in bytes
	size int64  // bytes read, all lines
	cut  bool   // the text ended before the line did
}

func newLines(r io.Reader) *lines {
	return &lines{r: bufio.NewReaderSize(r, 64<<10), max: MaxLine}
}

// next reads the next line that is not blank; io.EOF says that there is none. A compressed file that was cut off ends
// like any other.
func (l *lines) next() error {
	for {
		if err := l.read(); err != nil {
			return err
		}
		if len(l.text) > 0 {
			return nil
		}
	}
}

func (l *lines) read() error {
	if l.cut {
		return io.EOF
	}
	text, err := l.slice()
	if len(text) == 0 && ended(err) {
		return io.EOF
	}
	l.n, l.at = l.n+1, l.size
	l.size += int64(len(text))
	l.text, l.cut = bytes.TrimRight(text, "\r\n"), ended(err)
	if err != nil && !l.cut {
		return fmt.Errorf("%w; the file may be damaged: use another copy", err)
	}
	return nil
}

// slice reads to the end of the line; it copies only where the line is longer than the buffer.
func (l *lines) slice() ([]byte, error) {
	text, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return text, err
	}
	var long []byte
	for errors.Is(err, bufio.ErrBufferFull) {
		if long = append(long, text...); len(long) > l.max {
			return nil, fmt.Errorf("the line is longer than %s bytes", thousands(int64(l.max)))
		}
		text, err = l.r.ReadSlice('\n')
	}
	return append(long, text...), err
}

// where says how the text's last byte lies to the line that was read last.
func (l *lines) where() string {
	if l.cut {
		return "in"
	}
	return "after"
}

func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
