package jepsen

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/edn"
)

// Encode writes a history as EDN, one event a line, which [Decode] reads back as it is: the same operations with the same
// times, where events had times. A history of this program has its head before it, in a comment that others ignore, and
// tells beside what Jepsen knows what else it knows: phases, retries, what was found before an update.
func Encode(w io.Writer, h *History) error {
	out := writer{h: h, b: bufio.NewWriterSize(w, 64<<10)}
	if h.Ours != nil {
		text, err := json.Marshal(head{kind, *h.Ours, h.Interrupted, h.Missing})
		if err != nil {
			return fmt.Errorf("writing the history: %w", err)
		}
		out.line = append(append(out.line, comment...), text...)
		out.end()
	}
	moments, err := momentsOf(h)
	if err != nil {
		return err
	}
	for i, m := range moments {
		out.event(i, m)
	}
	if err := out.b.Flush(); err != nil { // it keeps the first error
		return fmt.Errorf("writing the history: %w", err)
	}
	return nil
}

// moment is where an event comes: by time, then by turn. Calls come before completions of the same time, as intervals
// are closed, but the events of one client stay in order.
type moment struct {
	at   time.Duration
	turn int32
	op   int32
	ends bool
}

func momentsOf(h *History) ([]moment, error) {
	if len(h.Ops) > math.MaxInt32 {
		return nil, fmt.Errorf("writing the history: more than %d operations", math.MaxInt32)
	}
	all := make([]moment, 0, 2*len(h.Ops))
	last := map[int32]int{} // by client, the place of its last completion
	for i := range h.Ops {
		op := &h.Ops[i]
		call := moment{at: op.Call, op: int32(i)}
		if before, had := last[op.Client]; had && all[before].at == op.Call {
			// It completed and called at one time: the completion can't wait until all others have called.
			all[before].turn = 1
			if begun := &all[before-1]; begun.at == op.Call {
				all[before].turn += begun.turn
			}
			call.turn = all[before].turn + 1
		}
		all = append(all, call)
		if op.Return == history.Never {
			if op.Outcome != history.Unknown {
				return nil, fmt.Errorf("writing the history: op #%d was %v and never returned", i, op.Outcome)
			}
			continue
		}
		last[op.Client] = len(all)
		all = append(all, moment{at: op.Return, op: int32(i), ends: true, turn: math.MaxInt32})
	}
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.turn, b.turn)) })
	return all, nil
}

// writer prints events.
type writer struct {
	h    *History
	b    *bufio.Writer
	line []byte
}

func (w *writer) end() {
	w.line = append(w.line, '\n')
	_, _ = w.b.Write(w.line) // Flush tells
	w.line = w.line[:0]
}

func (w *writer) text(s string)              { w.line = append(w.line, s...) }
func (w *writer) int(name string, n int64)   { w.text(name); w.line = strconv.AppendInt(w.line, n, 10) }
func (w *writer) value(name string, n int64) { w.text(name); w.line = w.h.Values.Append(w.line, n) }
func (w *writer) member(has bool, text string) {
	if has {
		w.text(text)
	}
}

func (w *writer) event(index int, m moment) {
	op := &w.h.Ops[m.op]
	w.int("{:index ", int64(index))
	w.text(", :type " + stageName(op, m.ends))
	w.int(", :process ", int64(op.Client))
	w.text(", :f :" + op.Input.F.String())
	if w.h.Keys == Members {
		w.value(", :key ", op.Input.Key)
	}
	w.text(", :value ")
	w.subject(op, m.ends && op.Outcome == history.OK)
	if w.h.Timed {
		w.int(", :time ", int64(m.at))
	}
	if m.ends || op.Return == history.Never {
		w.extra(op, w.h.Notes[int(m.op)])
	}
	if !m.ends && op.Phase != history.Main {
		w.text(", :phase :" + op.Phase.String())
	}
	w.text("}")
	w.end()
}

func stageName(op *history.Op[Input, Output], ends bool) string {
	switch {
	case !ends:
		return ":invoke"
	case op.Outcome == history.Failed || op.Outcome == history.OK && op.Output.Refused:
		return ":fail" // to others, a compare-and-set that was refused did not take effect
	case op.Outcome == history.OK:
		return ":ok"
	default:
		return ":info"
	}
}

// subject prints the value, with its key where all have one so.
func (w *writer) subject(op *history.Op[Input, Output], answered bool) {
	if w.h.Keys == Tuples {
		w.value("[", op.Input.Key)
		w.text(" ")
		defer w.text("]")
	}
	switch op.Input.F {
	case Acquire, Release:
		w.text("nil")
	case Read, Get, Dequeue:
		if !answered {
			w.text("nil")
			return
		}
		w.value("", op.Output.Value)
	case CAS:
		w.value("[", op.Input.Old)
		w.value(" ", op.Input.New)
		w.text("]")
	default:
		w.value("", op.Input.New)
	}
}

// extra prints what the completion tells besides the value.
func (w *writer) extra(op *history.Op[Input, Output], note string) {
	w.member(op.Outcome == history.OK && op.Output.Refused, ", :refused true")
	if op.Outcome == history.OK && op.Output.Seen {
		w.value(", :before ", op.Output.Before)
	}
	if op.Outcome == history.OK && op.Input.F == Add && op.Output.Value != 0 {
		w.value(", :after ", op.Output.Value)
	}
	if op.Retries > 0 {
		w.int(", :retries ", int64(op.Retries))
	}
	if note != "" {
		w.text(", :error ")
		w.line = edn.AppendString(w.line, note)
	}
}
