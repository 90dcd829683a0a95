package jepsen

import (
	"bufio"
	"fmt"
	"io"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/edn"
)

// EncodeLog writes a history as a log, which [Decode] reads back with the same operations in the same order, without their
// times, phases and retries, and with no more of an error than a word. A read that failed comes back as one whose answer
// nobody knows, which is as good as none. What a log would tell otherwise than it was wraps [ErrLog]; then nothing is
// written.
func EncodeLog(w io.Writer, h *History) error {
	if h.Keys != One {
		return fmt.Errorf("%w: its operations are on keys, and a log names none", ErrLog)
	}
	for i := range h.Ops {
		if why := unloggable(&h.Ops[i]); why != "" {
			return fmt.Errorf("%w: %s %s", ErrLog, h.where(i), why)
		}
	}
	moments, err := momentsOf(h)
	if err != nil {
		return err
	}
	out := writer{h: h, b: bufio.NewWriterSize(w, 64<<10)}
	for _, m := range moments {
		out.logged(m)
	}
	if err := out.b.Flush(); err != nil { // it keeps the first error
		return fmt.Errorf("writing the history: %w", err)
	}
	return nil
}

// where names an operation, and its line if it was read.
func (h *History) where(op int) string {
	if op < len(h.Lines) {
		return fmt.Sprintf("op #%d of line %d", op, h.Lines[op].Call)
	}
	return fmt.Sprintf("op #%d", op)
}

// unloggable says why a log can't hold an operation, or nothing.
func unloggable(op *history.Op[Input, Output]) string {
	switch {
	case op.Outcome == history.Failed && op.Input.F == CAS:
		return "is a compare-and-set that failed for whatever reason; in a log that means that another value was there"
	case op.Outcome == history.OK && op.Output.Seen:
		return "tells what it found before (:before), for which a log has no place"
	}
	return ""
}

// logged prints an event as a line.
func (w *writer) logged(m moment) {
	op := &w.h.Ops[m.op]
	stage := stageName(op, m.ends)
	lost := m.ends && op.Outcome != history.OK
	if lost && op.Input.F == Read {
		stage = ":fail"
	}
	w.int("INFO  "+logger, int64(op.Client))
	w.text("\t" + stage + "\t:" + op.Input.F.String() + "\t")
	if lost {
		w.text(w.lost(op, w.h.Notes[int(m.op)]))
	} else {
		w.subject(op, m.ends)
	}
	w.end()
}

// lost is what stands in place of a value after an operation that has none: its error, if that is one word.
func (w *writer) lost(op *history.Op[Input, Output], note string) string {
	if v, err := edn.Parse(":" + note); err == nil && v.Kind == edn.Keyword && v.Text == note {
		return ":" + note
	}
	if op.Input.F == Read {
		return ":timed-out"
	}
	return "nil"
}
