package file

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/lostupdate/stress/history"
)

// Reader reads one history. The header is read when it is made, so that the workload's types are known before
// [ReadAll] is called.
type Reader struct {
	name  string
	info  history.Info
	in    *source
	lines *lines
	zst   *zstd.Decoder // nil in a plain file
	file  *os.File      // nil if the reader was made from an io.Reader
}

// Open opens a history file, compressed or not, and reads its header. For its errors see [ErrNotHistory], [ErrVersion]
// and [ErrTruncated]; that there is no such file wraps [fs.ErrNotExist]. A file that is still written is read as far as
// it reached when it was opened.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("history file: %w", err)
	}
	r, err := NewReader(AsItIs(f), path)
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	r.file = f
	return r, nil
}

// AsItIs ends a file where it ends now: a run that writes faster than this reads must not keep its reader for ever.
func AsItIs(f *os.File) io.Reader {
	if stat, err := f.Stat(); err == nil && stat.Mode().IsRegular() {
		return io.LimitReader(f, stat.Size())
	}
	return f
}

// NewReader reads the header of a history, compressed or not, from in, which is never closed; the name is for errors.
// It may read further than it needs.
func NewReader(in io.Reader, name string) (*Reader, error) {
	r := &Reader{name: name, in: &source{r: in}}
	text, err := r.decompress()
	if err != nil {
		return nil, err
	}
	r.lines = newLines(text)
	if err := r.header(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// source remembers its own error, so that it is told apart from those of what decodes it.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !ended(err) {
		s.err = err
	}
	return n, err
}

// zstdMagic is what a Zstandard frame begins with (RFC 8878, section 3.1.1). It is looked for instead of the name, so
// that standard input works.
var zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// Magic is what a compressed text begins with.
func Magic() []byte { return bytes.Clone(zstdMagic) }

func (r *Reader) decompress() (io.Reader, error) {
	buffered := bufio.NewReader(r.in)
	begin, err := buffered.Peek(len(zstdMagic))
	if r.in.err == nil && !ended(err) {
		r.in.err = err // of a source that gives nothing for ever, which only its buffer sees
	}
	switch {
	case r.in.err != nil:
		return nil, r.unread()
	case len(begin) == 0:
		return nil, fmt.Errorf("%s: %w: it is empty", r.name, ErrNotHistory)
	case len(begin) < len(zstdMagic) && bytes.HasPrefix(zstdMagic, begin):
		return nil, r.truncated()
	case !bytes.Equal(begin, zstdMagic):
		return buffered, nil
	}
	// One goroutine decodes what is whole and only then sees that the rest is missing.
	r.zst, err = zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1))
	return r.zst, err
}

// unread says that the file could not be read at all, for reasons that are not in it.
func (r *Reader) unread() error { return fmt.Errorf("%s: reading the history: %w", r.name, r.in.err) }

func (r *Reader) truncated() error {
	return fmt.Errorf("%s: %w: nothing of the run can be read; use another copy, or run again", r.name, ErrTruncated)
}

func (r *Reader) header() error {
	err := r.lines.next()
	text := r.lines.text
	switch {
	case r.in.err != nil:
		return r.unread()
	case errors.Is(err, io.EOF) && r.zst != nil:
		return r.truncated()
	case err != nil && !errors.Is(err, io.EOF):
		return fmt.Errorf("%s: %w: %w", r.name, ErrNotHistory, err)
	case r.lines.cut && !whole(text) && begins(text):
		return r.truncated()
	}
	return r.parse(text)
}

// begins reports whether the text begins as the header of every history does.
func begins(text []byte) bool {
	want := []byte(`{"stress":"` + kind + `"`)
	n := min(len(text), len(want))
	return bytes.Equal(text[:n], want[:n])
}

func (r *Reader) parse(text []byte) error {
	var first struct {
		Stress string `json:"stress"`
		Format int    `json:"format"`
	}
	if err := json.Unmarshal(text, &first); err != nil || first.Stress != kind {
		return fmt.Errorf(`%s: %w: its first line should begin with {"stress":"%s", and is %.60q; `+
			`give a file that "stress run" wrote`, r.name, ErrNotHistory, kind, text)
	}
	if first.Format != Version {
		return fmt.Errorf("%s: %w: the file is in version %d, and this program reads version %d; "+
			"use the version of the program that wrote it", r.name, ErrVersion, first.Format, Version)
	}
	var h header
	if err := json.Unmarshal(text, &h); err != nil {
		return &LineError{Name: r.name, Line: r.lines.n, Offset: r.lines.at, Err: fmt.Errorf("the header: %w", err)}
	}
	r.info = h.Info
	return nil
}

// Info is the file's header.
func (r *Reader) Info() history.Info { return r.info }

// Close gives back what the reader holds. It closes the file that Open opened, and nothing else.
func (r *Reader) Close() error {
	if r.zst != nil {
		r.zst.Close()
	}
	if r.file != nil {
		return r.file.Close()
	}
	return nil
}

// ReadInfo reads the header of a history file; its errors are those of [Open].
func ReadInfo(path string) (history.Info, error) {
	r, err := Open(path)
	if err != nil {
		return history.Info{}, err
	}
	return r.Info(), r.Close()
}

// Read reads a history file; it is [Open], [ReadAll] and Close.
func Read[I, O any](path string) (*history.History[I, O], error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	h, err := ReadAll[I, O](r)
	if closing := r.Close(); err == nil && closing != nil {
		return nil, fmt.Errorf("history file: %w", closing)
	}
	return h, err
}
