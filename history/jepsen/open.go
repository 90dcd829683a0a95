package jepsen

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

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

// mark is what some editors put before a text in UTF-8.
const mark = "\ufeff"

// headSize is how much of a text is looked at to tell its format.
const headSize = 64 << 10

// detect tells the format from the beginning of a text.
func detect(text []byte) Format {
	text = bytes.TrimPrefix(text, []byte(mark))
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
	stop   func() bool
	zst    *zstd.Decoder // once a compressed text is read
}

// Open opens a file, compressed or not, and looks at its beginning. That there is no such file wraps [fs.ErrNotExist]. Once
// the context is cancelled, reading fails, also from a pipe into which nobody writes; a deadline does not stop it.
func Open(ctx context.Context, path string) (*File, error) {
	f, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("history file: %w", err)
	}
	if path == Stdin {
		path = "standard input"
	}
	return From(ctx, f, path)
}

// From is [Open] for a file that is open already, under a name for errors. It closes the file with the [File] that it gives, and
// where it gives none.
func From(ctx context.Context, f *os.File, path string) (*File, error) {
	source := file.AsItIs(f)
	if f.SetReadDeadline(time.Time{}) != nil { // it is no pipe, so that reading does not last
		source = &stoppable{ctx, source}
	}
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) {
			_ = f.SetReadDeadline(time.Unix(1, 0))
		}
	})
	raw := bufio.NewReaderSize(source, headSize)
	opened := &File{name: path, raw: raw, file: f, stop: stop}
	text, err := raw.Peek(headSize)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		err = fmt.Errorf("%s: reading the history: %w", path, err)
	case len(text) == 0:
		err = fmt.Errorf("%s: %w: it is empty", path, file.ErrNotHistory)
	case bytes.HasPrefix(text, []byte("\x1f\x8b")):
		err = fmt.Errorf("%s: %w: it is compressed with gzip: give what gunzip makes of it", path, ErrFormat)
	default:
		if bytes.HasPrefix(text, file.Magic()) {
			text = inside(text)
		}
		opened.format = detect(text)
		return opened, nil
	}
	_ = opened.Close() // nothing was written
	return nil, err
}

// Stdin is the path that stands for standard input.
const Stdin = "-"

// open opens a path. Standard input is opened anew where that works, as a pipe, since only then its reading can be stopped;
// a file goes on from where it is.
func open(path string) (*os.File, error) {
	if path != Stdin {
		return os.Open(path)
	}
	if info, err := os.Stdin.Stat(); err == nil && !info.Mode().IsRegular() {
		if f, err := os.Open("/dev/stdin"); err == nil {
			return f, nil
		}
	}
	return os.Stdin, nil
}

// stoppable is a source that fails once its context is cancelled.
type stoppable struct {
	ctx context.Context //nolint:containedctx // io.Reader has no room for one
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); errors.Is(err, context.Canceled) {
		return 0, err
	}
	return s.r.Read(p)
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
	text, err := f.text()
	if err != nil {
		return nil, err
	}
	return Decode(text, f.name, model)
}

// Stream begins to read a history in another format in batches; see [NewStream].
func (f *File) Stream(model string) (*Stream, error) {
	text, err := f.text()
	if err != nil {
		return nil, err
	}
	return NewStream(text, f.name, model, 0)
}

// text is the file's text, whether it is compressed or not.
func (f *File) text() (io.Reader, error) {
	if begin, _ := f.raw.Peek(len(file.Magic())); !bytes.Equal(begin, file.Magic()) { // Open saw its errors
		return f.raw, nil
	}
	z, err := zstd.NewReader(f.raw, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	f.zst = z
	return z, nil
}

// Close closes the file.
func (f *File) Close() error {
	f.stop()
	if f.zst != nil {
		f.zst.Close()
	}
	return f.file.Close()
}
