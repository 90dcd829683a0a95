package jepsen

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/klauspost/compress/zstd"

	"github.com/lostupdate/stress/history/file"
)

// Format is how a history is written down.
type Format uint8

// The formats.
const (
	Other Format = iota // one that this package does not read: mostly this program's own
	EDN                 // events as maps, one after another or in one vector
	Log                 // events as lines of Jepsen's log
)

// String gives the format's name.
func (f Format) String() string {
	switch f {
	case EDN:
		return "Jepsen EDN"
	case Log:
		return "Jepsen log"
	default:
		return "other"
	}
}

// headSize is how much of a text is looked at to tell its format.
const headSize = 64 << 10

// detect tells the format from the beginning of a text.
func detect(text []byte) Format {
	logged := regexp.MustCompile(`^\s*[A-Z]{4,5}\s+([\w.$-]+ - )`)
	// Comments, then a map with a keyword, a tagged one, or a vector or list of such.
	form := regexp.MustCompile(`^(?:[\s,]|;[^\n]*(?:\n|$))*(?:[\[(](?:[\s,]|;[^\n]*\n)*(?:[\])]|$|#|\{)|#\w|\{[\s,]*:)`)
	switch {
	case logged.Match(text):
		return Log
	case form.Match(text), bytes.HasPrefix(text, []byte(comment+`{"stress":`)):
		return EDN
	}
	return Other
}

// File is a file that holds a history in some format. It is read once.
type File struct {
	name   string
	format Format
	raw    *bufio.Reader
	file   *os.File
}

// Open opens a file, compressed or not, and looks at its beginning. That there is no such file wraps [fs.ErrNotExist].
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("history file: %w", err)
	}
	raw := bufio.NewReaderSize(file.AsItIs(f), headSize)
	text, err := raw.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = f.Close() // nothing was written
		return nil, fmt.Errorf("%s: reading the history: %w", path, err)
	}
	if bytes.HasPrefix(text, file.Magic()) {
		text = inside(text)
	}
	return &File{path, detect(text), raw, f}, nil
}

// inside decodes the beginning of a compressed text, as far as it goes.
func inside(text []byte) []byte {
	z, err := zstd.NewReader(bytes.NewReader(text), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil
	}
	defer z.Close()
	head := make([]byte, headSize)
	n, _ := io.ReadFull(z, head) // whoever reads it all finds what is wrong with it
	return head[:n]
}

// Format says what the file looks like.
func (f *File) Format() Format { return f.format }

// Own begins to read a history in this program's own format.
func (f *File) Own() (*file.Reader, error) { return file.NewReader(f.raw, f.name) }

// Decode reads a history in another format; see [Decode].
func (f *File) Decode(model string) (*History, error) {
	if begin, _ := f.raw.Peek(len(file.Magic())); !bytes.Equal(begin, file.Magic()) { // Open saw its errors
		return Decode(f.raw, f.name, model)
	}
	z, err := zstd.NewReader(f.raw, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	defer z.Close()
	return Decode(z, f.name, model)
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }
