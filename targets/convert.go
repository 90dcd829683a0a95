package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
)

// The formats that [Convert] writes.
const (
	AsEDN = "edn" // Jepsen's events
	AsLog = "log" // Jepsen's log
	AsOwn = "own" // this program's
)

// Formats are the names of all formats that [Convert] writes.
func Formats() []string { return []string{AsEDN, AsLog, AsOwn} }

// Form is how a history is written.
type Form struct {
	Format     string // one of Formats
	Compressed bool   // with Zstandard
}

// Convert writes a recorded history, whichever format it is in; see [Check] for the model. In EDN a history of this program
// keeps its head, so that Check judges it as before, and that it can be written in this program's own format again. What a
// format can't hold wraps [jepsen.ErrLog] or [ErrWorkload]. Nothing is written before the history was read.
func Convert(ctx context.Context, w io.Writer, path, model string, as Form) error {
	f, err := jepsen.Open(ctx, path)
	if err != nil {
		return unread(ctx, path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	write, err := toWrite(f, path, model, as.Format)
	if err != nil {
		return unread(ctx, path, err)
	}
	if as.Compressed {
		write = compressed(write)
	}
	err = write(w)
	if errors.Is(err, jepsen.ErrLog) {
		return fmt.Errorf("%s: %w", path, err)
	}
	return err
}

// toWrite reads a history, and gives what writes it in a format.
func toWrite(f *jepsen.File, path, model, format string) (func(io.Writer) error, error) {
	if f.Format() == jepsen.Other && format == AsOwn {
		return ownAsOwn(f, path, model)
	}
	h, err := asJepsen(f, path, model)
	switch {
	case err != nil:
		return nil, err
	case format == AsOwn:
		return jepsenAsOwn(h, path)
	case format == AsLog:
		return func(w io.Writer) error { return jepsen.EncodeLog(w, h) }, nil
	}
	return func(w io.Writer) error { return jepsen.Encode(w, h) }, nil
}

func asJepsen(f *jepsen.File, path, model string) (*jepsen.History, error) {
	if f.Format() != jepsen.Other {
		return f.Decode(model)
	}
	r, err := own(f, path, model)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written
	b, _, err := bindingOf(r.Info(), path)
	if err != nil {
		return nil, err
	}
	if b.toJepsen == nil {
		return nil, fmt.Errorf("%s: %w: Jepsen has no data type like the workload %s", path, ErrWorkload, b.name)
	}
	return b.toJepsen(r)
}

func ownAsOwn(f *jepsen.File, path, model string) (func(io.Writer) error, error) {
	r, err := own(f, path, model)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written
	b, _, err := bindingOf(r.Info(), path)
	if err != nil {
		return nil, err
	}
	return b.rewrite(r)
}

func jepsenAsOwn(h *jepsen.History, path string) (func(io.Writer) error, error) {
	if h.Ours == nil {
		return nil, fmt.Errorf("%s: %w: another program recorded it, and this program's own format is for runs of %s", path,
			ErrWorkload, strings.Join(Workloads(), ", "))
	}
	b, _, err := bindingOf(*h.Ours, path)
	if err != nil {
		return nil, err
	}
	write, err := b.writeJepsen(h)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path, ErrWorkload, err)
	}
	return write, nil
}

// compressed has a text written with Zstandard.
func compressed(write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return fmt.Errorf("writing the history: %w", err)
		}
		err = write(z)
		if closing := z.Close(); err == nil && closing != nil {
			err = fmt.Errorf("writing the history: %w", closing)
		}
		return err
	}
}

// writeOwn writes a history in this program's own format. One that was cut off ends with a checkpoint, so that it still is.
func writeOwn[I, O any](out io.Writer, h *history.History[I, O]) error {
	w, err := file.NewWriter(out, h.Info)
	if err != nil {
		return err
	}
	b := byClient(h)
	if err := file.WriteBatch(w, b); err != nil {
		return err
	}
	if h.Missing == "" {
		w.Interrupted(h.Interrupted)
		err = w.End(b.At)
	}
	return errors.Join(err, w.Close())
}

// byClient makes one batch of a history, cut when the last operation ended.
func byClient[I, O any](h *history.History[I, O]) history.Batch[I, O] {
	places := make([]int, len(h.Ops))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return int(h.Ops[a].Client) - int(h.Ops[b].Client) })
	b := history.Batch[I, O]{Notes: map[int]string{}}
	for _, i := range places {
		if note := h.Notes[i]; note != "" {
			b.Notes[len(b.Done)] = note
		}
		b.Done = append(b.Done, h.Ops[i])
		b.At = max(b.At, ended(&h.Ops[i]))
	}
	return b
}

// ended is when an operation ended, or when it was called if it did not.
func ended[I, O any](op *history.Op[I, O]) time.Duration {
	if op.Return == history.Never {
		return op.Call
	}
	return op.Return
}
