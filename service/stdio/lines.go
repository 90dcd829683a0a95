package stdio

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// mostLine bounds a line, in bytes.
const mostLine = 16 << 20

// errTooLong is that of a line that is longer than it may be.
var errTooLong = errors.New("the line is too long")

// lines reads lines.
type lines struct {
	in     *bufio.Reader
	most   int
	buffer []byte
}

func newLines(r io.Reader, most int) *lines {
	return &lines{in: bufio.NewReaderSize(r, 64<<10), most: most}
}

// next gives a line without what ends it, which is valid until the next call. With an error it gives what there is of a line
// that has no end.
func (l *lines) next() ([]byte, error) {
	l.buffer = l.buffer[:0]
	for {
		part, err := l.in.ReadSlice('\n')
		if l.buffer = append(l.buffer, part...); len(l.buffer) > l.most+1 { // beside what ends it
			return l.buffer, errTooLong
		}
		if err == nil {
			return bytes.TrimSuffix(l.buffer[:len(l.buffer)-1], []byte("\r")), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.buffer, err
		}
	}
}
