package history

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// ErrMalformed marks a batch that no recorder can have made.
var ErrMalformed = errors.New("malformed")

// Placed is an operation with its place in the whole history, in order of call.
type Placed[I, O any] struct {
	Op[I, O]
	Place int
	Nth   int // among those of its client, from 0
}

// Sequence puts the operations of batches, as [Recorder.Cut] gives them, in order of call, and holds that they are a record
// that can be. It keeps those that are under way, and those that were called after one of these. Make it by [NewSequence].
type Sequence[I, O any] struct {
	at     time.Duration           // of the last batch
	passed int                     // operations that were given on
	recent []Placed[I, O]          // that returned and were not given on
	open   []Op[I, O]              // under way at the last batch
	asked  map[int32]time.Duration // when those were called, by client
	last   map[int32]time.Duration // when the last operation of each client returned that did
	made   map[int32]int           // operations of each client that returned
}

// NewSequence begins before the first batch. Clocks of others may begin below 0.
func NewSequence[I, O any]() *Sequence[I, O] {
	return &Sequence[I, O]{
		at: math.MinInt64, asked: map[int32]time.Duration{}, last: map[int32]time.Duration{}, made: map[int32]int{},
	}
}

// Add takes the next batch; none may be left out. An error wraps [ErrMalformed] and says why the batch can't follow those
// before it; the sequence is of no use then.
func (s *Sequence[I, O]) Add(b Batch[I, O]) error {
	if b.At < s.at {
		return fmt.Errorf("%w: a batch that was cut at %v comes after one that was cut at %v", ErrMalformed, b.At, s.at)
	}
	for i := range b.Done {
		if err := s.returned(&b.Done[i]); err != nil {
			return err
		}
	}
	for i := range b.Open {
		if err := s.underWay(&b.Open[i]); err != nil {
			return err
		}
	}
	for client, call := range s.asked {
		return fmt.Errorf("%w: the operation that client %d called at %v was under way, and the batch after lacks it",
			ErrMalformed, client, call)
	}
	for i := range b.Open {
		s.asked[b.Open[i].Client] = b.Open[i].Call
	}
	s.at, s.open = b.At, append(s.open[:0], b.Open...)
	s.recent = inOrder(s.recent)
	return nil
}

// inOrder puts operations in order of call, ties by client; those of one client stay in order.
func inOrder[I, O any](ops []Placed[I, O]) []Placed[I, O] {
	keys := make([]sortKey, len(ops))
	for i := range ops {
		keys[i] = sortKey{ops[i].Call, i, ops[i].Client}
	}
	slices.SortFunc(keys, sortKey.compare)
	sorted := make([]Placed[I, O], len(ops))
	for to, key := range keys {
		sorted[to] = ops[key.from]
	}
	return sorted
}

// returned takes an operation that is over.
func (s *Sequence[I, O]) returned(op *Op[I, O]) error {
	switch {
	case op.Outcome > Unknown:
		return fmt.Errorf("%w: an operation of client %d has the outcome %v", ErrMalformed, op.Client, op.Outcome)
	case op.Return < op.Call:
		return fmt.Errorf("%w: an operation of client %d returns %v before its call", ErrMalformed, op.Client, op.Call-op.Return)
	}
	if err := s.follows(op); err != nil {
		return err
	}
	s.last[op.Client] = op.Return
	s.recent = append(s.recent, Placed[I, O]{Op: *op, Nth: s.made[op.Client]})
	s.made[op.Client]++
	return nil
}

// underWay holds an operation that is not over to what came before.
func (s *Sequence[I, O]) underWay(op *Op[I, O]) error {
	if op.Outcome != Unknown {
		return fmt.Errorf("%w: an operation of client %d is under way and has the outcome %v", ErrMalformed, op.Client, op.Outcome)
	}
	return s.follows(op)
}

// follows holds that an operation comes after those of its client, and was under way at the last batch if it was called
// before.
func (s *Sequence[I, O]) follows(op *Op[I, O]) error {
	if call, asked := s.asked[op.Client]; asked && call == op.Call {
		delete(s.asked, op.Client)
		return nil
	}
	last, seen := s.last[op.Client]
	switch {
	case seen && last > op.Call:
		return fmt.Errorf("%w: client %d calls an operation at %v, before its operation before returned",
			ErrMalformed, op.Client, op.Call)
	case op.Call < s.at:
		return fmt.Errorf("%w: an operation that client %d called at %v comes after the batch that was cut at %v, in which it "+
			"was neither over nor under way", ErrMalformed, op.Client, op.Call, s.at)
	}
	return nil
}

// Settled gives the time before which every operation was called that is over for good: none that was called before is
// under way, nor will one come.
func (s *Sequence[I, O]) Settled() time.Duration {
	at := s.at
	for i := range s.open {
		at = min(at, s.open[i].Call)
	}
	return at
}

// Take gives on what was called before [Sequence.Settled] and was not given on yet, in order of call, ties by client. Failed
// operations are among it.
func (s *Sequence[I, O]) Take() []Placed[I, O] {
	at := s.Settled()
	n := 0
	for n < len(s.recent) && s.recent[n].Call < at {
		n++
	}
	given := s.recent[:n:n]
	for i := range given {
		given[i].Place = s.passed + i
	}
	s.passed += n
	s.recent = slices.Clone(s.recent[n:]) // what was given belongs to the caller
	return given
}

// Ahead gives what was not given on, and with it what is under way, as of unknown outcome, in the same order.
func (s *Sequence[I, O]) Ahead() []Placed[I, O] {
	all := slices.Clone(s.recent)
	for i := range s.open {
		op := s.open[i]
		op.Return = Never
		all = append(all, Placed[I, O]{Op: op, Nth: s.made[op.Client]})
	}
	all = inOrder(all)
	for i := range all {
		all[i].Place = s.passed + i
	}
	return all
}
