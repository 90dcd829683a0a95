package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/lostupdate/stress/history"
)

// Appender is an optional interface of a workload's input and output types: it writes the value faster than
// encoding/json can find out how. The text must be one JSON value, without line ends, that encoding/json reads back.
// The method is found on T and on *T, if the workload's type is T.
type Appender interface {
	AppendJSON(to []byte) []byte
}

// encoder puts lines together. The envelope is written by hand, as it is the same for every workload.
type encoder struct {
	buf  []byte
	json *json.Encoder // writes to buf
}

func newEncoder() *encoder {
	e := &encoder{}
	e.json = json.NewEncoder(e)
	e.json.SetEscapeHTML(false)
	return e
}

// Write is for the JSON encoder.
func (e *encoder) Write(p []byte) (int, error) {
	e.buf = append(e.buf, p...)
	return len(p), nil
}

func (e *encoder) text(s string)                     { e.buf = append(e.buf, s...) }
func (e *encoder) int(key string, n int64)           { e.text(key); e.buf = strconv.AppendInt(e.buf, n, 10) }
func (e *encoder) time(key string, at time.Duration) { e.int(key, int64(at)) }

// value writes what v points to.
func (e *encoder) value(key string, v any) error {
	e.text(key)
	if a, ok := v.(Appender); ok {
		return e.appended(a)
	}
	if err := e.json.Encode(v); err != nil {
		return err
	}
	e.buf = e.buf[:len(e.buf)-1] // the line end that Encode adds
	return nil
}

// appended checks what a workload wrote by itself: one bad value would make a whole file unreadable.
func (e *encoder) appended(a Appender) error {
	start := len(e.buf)
	all := a.AppendJSON(e.buf)
	if len(all) < start {
		return errors.New("AppendJSON gave back less than it was given; it must append")
	}
	e.buf = all
	text := all[start:]
	if !json.Valid(text) || bytes.ContainsAny(text, "\r\n") {
		return fmt.Errorf("AppendJSON wrote %.100q; it must write one JSON value without line ends", text)
	}
	return nil
}

func encodeOp[I, O any](e *encoder, op *history.Op[I, O], note string) error {
	asked(e, op)
	if op.Return != history.Never {
		e.time(`,"return":`, op.Return)
	}
	e.text(`,"outcome":"`)
	e.text(op.Outcome.String())
	e.text(`"`)
	if op.Retries != 0 {
		e.int(`,"retries":`, int64(op.Retries))
	}
	if err := e.value(`,"in":`, &op.Input); err != nil {
		return fmt.Errorf("its input: %w", err)
	}
	if op.Outcome == history.OK {
		if err := e.value(`,"out":`, &op.Output); err != nil {
			return fmt.Errorf("its output: %w", err)
		}
	}
	e.note(note)
	e.text("}")
	return nil
}

// note writes the text of an error; bytes of it that are not UTF-8 become U+FFFD.
func (e *encoder) note(text string) {
	if text != "" {
		_ = e.value(`,"note":`, text) // encoding a string cannot fail
	}
}

// encodeOpen writes an operation that is under way, as checkpoints list them.
func encodeOpen[I, O any](e *encoder, op *history.Op[I, O]) error {
	asked(e, op)
	if err := e.value(`,"in":`, &op.Input); err != nil {
		return fmt.Errorf("its input: %w", err)
	}
	e.text("}")
	return nil
}

// asked writes what both kinds of operations begin with.
func asked[I, O any](e *encoder, op *history.Op[I, O]) {
	e.int(`{"client":`, int64(op.Client))
	e.time(`,"call":`, op.Call)
	if op.Phase != history.Main {
		e.text(`,"phase":"`)
		e.text(op.Phase.String())
		e.text(`"`)
	}
}
