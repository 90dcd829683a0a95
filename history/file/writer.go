package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lostupdate/stress/history"
)

// spill is how much text is put together before it goes out.
const spill = 256 << 10

// Writer writes one history. Its methods and WriteBatch must not be called at the same time. After a first error it
// writes nothing more and gives that error back from every call.
type Writer struct {
	name string
	enc  *encoder
	out  io.Writer
	zst  *zstd.Encoder // nil in a plain file; out writes to it
	file *os.File      // nil if the writer was made from an io.Writer

	ops    int64
	at     time.Duration // of the last cut
	last   *checkpoint   // the last one written; nil before the first
	closed bool
	err    error

	interrupted string // see Interrupted
}

// Create makes a history file and writes its header, with Info.Format set to [Version], and a first checkpoint.
// Folders on the way to it are made. A file that exists is never overwritten: the error wraps [fs.ErrExist].
func Create(path string, info history.Info) (*Writer, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("history file %s: %w; give a path in a folder that can be made", path, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("history file %s: %w; give another name, or move the old file away", path, fs.ErrExist)
	}
	if err != nil {
		return nil, fmt.Errorf("history file: %w; give a path that can be written", err)
	}
	w, err := newWriter(f, path, strings.HasSuffix(path, compressed), info)
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	w.file = f
	return w, nil
}

// NewWriter writes a history, not compressed, to out: its header, with Info.Format set to [Version], and a first
// checkpoint at once. Out is never closed.
func NewWriter(out io.Writer, info history.Info) (*Writer, error) {
	return newWriter(out, "stream", false, info)
}

func newWriter(out io.Writer, name string, compress bool, info history.Info) (*Writer, error) {
	w := &Writer{name: name, enc: newEncoder(), out: out}
	if compress {
		// One goroutine: the file is flushed often, and the cores belong to the clients.
		zst, err := zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("history file %s: %w", name, err)
		}
		w.zst, w.out = zst, zst
	}
	if err := w.header(info); err != nil {
		return nil, err
	}
	return w, WriteBatch(w, history.Batch[struct{}, struct{}]{})
}

type header struct {
	Stress string `json:"stress"`
	history.Info
}

func (w *Writer) header(info history.Info) error {
	info.Format, info.Start = Version, info.Start.UTC()
	text, err := json.Marshal(header{kind, info})
	if err != nil {
		return w.fail(fmt.Errorf("its header: %w; put only values in Info.Params that JSON can hold", err))
	}
	return w.line(func() error { w.enc.buf = append(w.enc.buf, text...); return nil })
}

// line adds one line, or nothing: after an error the text ends where it ended before.
func (w *Writer) line(encode func() error) error {
	if w.err != nil {
		return w.err
	}
	start := len(w.enc.buf)
	err := encode()
	if n := len(w.enc.buf) - start; err == nil && n > MaxLine {
		err = fmt.Errorf("a line of %s bytes; at most %s can be read back: make the workload's values smaller",
			thousands(int64(n)), thousands(MaxLine))
	}
	if err != nil {
		w.enc.buf = w.enc.buf[:start]
		return w.fail(err)
	}
	w.enc.text("\n")
	if len(w.enc.buf) >= spill {
		return w.spill()
	}
	return nil
}

func (w *Writer) spill() error {
	_, err := w.out.Write(w.enc.buf)
	w.enc.buf = w.enc.buf[:0]
	return w.fail(err)
}

// flush hands everything to the operating system, so that a killed process loses nothing of it.
func (w *Writer) flush() error {
	if w.err != nil {
		return w.err
	}
	if err := w.spill(); err != nil || w.zst == nil {
		return err
	}
	return w.fail(w.zst.Flush())
}

// fail keeps the first error and gives it back.
func (w *Writer) fail(err error) error {
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("history file %s: %w (what was written up to its last checkpoint can be read)", w.name, err)
	}
	return w.err
}

// Interrupted has the end line say that the run was cancelled before all its operations were made, and why, in a few
// words: what becomes [history.History.Interrupted].
func (w *Writer) Interrupted(reason string) { w.interrupted = reason }

// End writes the last line, which says that the run ended in order and that nothing is missing. Elapsed is the time
// since the recorder's base.
func (w *Writer) End(elapsed time.Duration) error {
	err := w.line(func() error {
		w.enc.int(`{"end":{"ops":`, w.ops)
		w.enc.time(`,"elapsed":`, elapsed)
		if w.interrupted != "" {
			_ = w.enc.value(`,"interrupted":`, w.interrupted) // encoding a string cannot fail
		}
		w.enc.text(`}}`)
		return nil
	})
	if err != nil {
		return err
	}
	return w.flush()
}

// Close completes the file and closes it; it waits until the data is on the disk. It does not write the end line. It
// returns the first error of all calls.
func (w *Writer) Close() error {
	if w.closed {
		return w.err
	}
	w.closed = true
	if w.zst != nil {
		_ = w.fail(w.zst.Close())
	}
	if w.file != nil {
		_ = w.fail(w.file.Sync())
		_ = w.fail(w.file.Close())
	}
	return w.err
}
