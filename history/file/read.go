package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lostupdate/stress/history"
)

// ReadAll reads the rest of a history, once. Its operations are in order of call.
//
// A file without its end line was cut off. Then the history is what its last whole checkpoint makes of it: the operations
// above it, and those that it names as under way, as unknown. Those after it are left out, as what ran beside them is not
// known, and Missing says so. Every other fault is an error, mostly a [LineError]: a line that is not what it should be,
// an operation that returned before it was called, two operations of one client that overlap, counts that disagree.
func ReadAll[I, O any](r *Reader) (*history.History[I, O], error) {
	l := newLoader[I, O](r)
	if err := l.all(r, func() error { return nil }); err != nil {
		return nil, err
	}
	if !l.ended {
		l.cut()
	}
	l.h.Sort()
	return l.h, nil
}

func newLoader[I, O any](r *Reader) *loader[I, O] {
	return &loader[I, O]{
		lines: r.lines,
		h:     &history.History[I, O]{Info: r.info, Notes: map[int]string{}},
		last:  map[int32]time.Duration{},
		busy:  map[int32]bool{},
	}
}

// all reads all lines, and calls after each checkpoint.
func (l *loader[I, O]) all(r *Reader, checkpoint func() error) error {
	for {
		err := r.lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		l.passed = false
		if err == nil {
			err = l.line()
		}
		if errors.Is(err, errCut) {
			return nil
		}
		if err != nil {
			return &LineError{Name: r.name, Line: r.lines.n, Offset: r.lines.at, Err: err}
		}
		if l.passed {
			if err := checkpoint(); err != nil {
				return err
			}
		}
	}
}

// errCut says that the line is the rest of one that was cut off.
var errCut = errors.New("cut off")

// loader puts a history together.
type loader[I, O any] struct {
	lines *lines
	h     *history.History[I, O]
	last  map[int32]time.Duration // when each client's last operation returned

	given  int           // operations that were given away, and are not in h any more
	at     time.Duration // of the last checkpoint
	mark   int           // operations above it, of those in h
	marked bool          // there was one
	passed bool          // the last line was one
	open   []history.Op[I, O]
	busy   map[int32]bool // the clients of open
	ended  bool
}

func (l *loader[I, O]) line() error {
	if l.ended {
		return errors.New("expected nothing after the end line")
	}
	if l.lines.cut && !whole(l.lines.text) {
		return errCut
	}
	var t opText
	var checkpoint, end []byte
	err := members(l.lines.text, func(key, value []byte) error {
		switch string(key) {
		case "checkpoint":
			checkpoint = value
		case "end":
			end = value
		}
		return t.member(key, value)
	})
	switch {
	case err != nil:
		return err
	case checkpoint != nil:
		return l.checkpoint(checkpoint)
	case end != nil:
		return l.end(end)
	}
	return l.op(&t)
}

func (l *loader[I, O]) op(t *opText) error {
	i := len(l.h.Ops)
	l.h.Ops = append(l.h.Ops, history.Op[I, O]{})
	op := &l.h.Ops[i]
	note, err := decodeOp(t, op)
	if err == nil {
		err = l.follows(op)
	}
	if note != "" {
		l.h.Notes[i] = note
	}
	l.last[op.Client] = op.Return
	return err
}

// follows checks that a client asks only after it was answered. An answer and the next call at one reading of the clock
// are in order.
func (l *loader[I, O]) follows(op *history.Op[I, O]) error {
	last, seen := l.last[op.Client]
	switch {
	case !seen || op.Call >= last && last != history.Never:
		return nil
	case last == history.Never:
		return fmt.Errorf("client %d called at %d, although its operation before has not returned: operations of one "+
			"client must not overlap", op.Client, op.Call)
	}
	return fmt.Errorf("client %d called at %d, before its operation above returned at %d: operations of one client "+
		"must be in order and not overlap", op.Client, op.Call, last)
}

func (l *loader[I, O]) checkpoint(text []byte) error {
	at, ops := int64(-1), int64(-1)
	var open []byte
	err := members(text, func(key, value []byte) (err error) {
		switch string(key) {
		case "at":
			at, err = integer(key, value, 64)
		case "ops":
			ops, err = integer(key, value, 64)
		case "open":
			open = value
		}
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case at < 0:
		return errors.New(`expected "at", 0 or more, in the checkpoint`)
	case open == nil:
		return errors.New(`expected "open" in the checkpoint`)
	}
	if err := l.counted("checkpoint", ops); err != nil {
		return err
	}
	l.at, l.mark, l.marked, l.passed, l.open = time.Duration(at), len(l.h.Ops), true, true, l.open[:0]
	clear(l.busy)
	return elements(open, l.underWay)
}

func (l *loader[I, O]) underWay(text []byte) error {
	op, err := decodeOpen[I, O](text)
	if err != nil {
		return err
	}
	if l.busy[op.Client] {
		return fmt.Errorf("client %d has two operations under way: operations of one client must not overlap", op.Client)
	}
	l.busy[op.Client] = true
	l.open = append(l.open, op)
	return l.follows(&op)
}

func (l *loader[I, O]) counted(line string, ops int64) error {
	if ops < 0 {
		return fmt.Errorf(`expected "ops", 0 or more, in the %s`, line)
	}
	if above := int64(l.given + len(l.h.Ops)); ops != above {
		return fmt.Errorf(`the %s counts %d operations in "ops", and %d are above it: lines were lost or added`,
			line, ops, above)
	}
	return nil
}

func (l *loader[I, O]) end(text []byte) error {
	ops := int64(-1)
	err := members(text, func(key, value []byte) (err error) {
		switch string(key) {
		case "ops":
			ops, err = integer(key, value, 64)
		case "interrupted":
			if json.Unmarshal(value, &l.h.Interrupted) != nil {
				err = errors.New(`expected a text as "interrupted" in the end line`)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	l.ended = true
	return l.counted("end", ops)
}

// cut makes a history of what the last checkpoint says.
func (l *loader[I, O]) cut() {
	above, after := l.mark, len(l.h.Ops)-l.mark
	clear(l.h.Ops[above:])
	l.h.Ops = append(l.h.Ops[:above], l.open...)
	for i := range l.h.Notes {
		if i >= above {
			delete(l.h.Notes, i)
		}
	}
	l.h.Missing = l.missing(above, after)
}

// missing says what a file without its end line lacks.
func (l *loader[I, O]) missing(above, after int) string {
	return fmt.Sprintf("the file was cut off at byte %s, %s line %s, before its end line: %s",
		thousands(l.lines.size), l.lines.where(), thousands(l.lines.n), l.kept(l.given+above, after))
}

func (l *loader[I, O]) kept(above, after int) string {
	if !l.marked {
		return fmt.Sprintf("there is no checkpoint above, and %s left out", operations(after)+pick(after, " was", " were"))
	}
	return fmt.Sprintf("%s up to the checkpoint at %v %s read; %s after it %s left out, and %s under way then %s as unknown",
		operations(above), l.at.Round(time.Millisecond), pick(above, "was", "were"),
		thousands(int64(after)), pick(after, "was", "were"),
		thousands(int64(len(l.open))), pick(len(l.open), "counts", "count"))
}

func operations(n int) string { return thousands(int64(n)) + pick(n, " operation", " operations") }

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
