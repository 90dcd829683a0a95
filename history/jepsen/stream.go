package jepsen

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lostupdate/stress/history"
)

// Called is a request with the line on which its call begins.
type Called struct {
	Input
	Line int64
}

// Answered is an answer with the line on which the completion begins, 0 if there is none.
type Answered struct {
	Output
	// Members are the numbers of what a read of a whole set saw, each once, in ascending order; then Value is nothing. Most
	// such reads differ, so that numbers of what they saw would be kept for nothing.
	Members []int64
	Line    int64
}

// Batch is a piece of a history.
type Batch = history.Batch[Called, Answered]

// Stream reads a history in batches, so that it need not fit into memory. It keeps the operations that are under way, what
// [Values] there are that are no whole numbers, and the numbers of the processes.
type Stream struct {
	p      *pairing
	source events
	name   string
	every  int64

	cut  int64     // events before the last batch
	wait int64     // how many events at least make the next
	last time.Time // when it was given
	over bool
}

const (
	// defaultEvery is how many events a batch has.
	defaultEvery = 1 << 12
	// cutAfter is how long a batch may take to come, if events come slowly.
	cutAfter = time.Second
	// maxUntold is how many events may leave open what data type they are of. Many a test only adds, and reads at its end.
	maxUntold = 1 << 20
)

// NewStream begins to read a history that [Decode] would read, with its errors. Every is about how many events a batch has; 0
// leaves that to the stream.
func NewStream(in io.Reader, name, model string, every int) (*Stream, error) {
	p, source, err := begin(in, name, model)
	if err != nil {
		return nil, err
	}
	p.members = map[int][]int64{}
	if every <= 0 {
		every = defaultEvery
	}
	return &Stream{p: p, source: source, name: name, every: int64(every), wait: int64(every), last: time.Now()}, nil
}

// History gives what is known of the history by the last batch; it holds no operations. What type it is of is known by the
// first batch, but that a register has compare-and-sets may show later.
func (s *Stream) History() *History { return s.p.h }

// Next gives the next batch. The last one has all operations that never completed, and is cut at [history.Never]; then comes
// [io.EOF]. An event whose time is before that of the batch before wraps [ErrOrder].
func (s *Stream) Next() (Batch, error) {
	if s.over {
		return Batch{}, io.EOF
	}
	at := history.Never
	for !s.over && !s.due() {
		err := s.p.next(s.source, s.name)
		if err != nil && !errors.Is(err, io.EOF) {
			return Batch{}, err
		}
		s.over = err != nil
	}
	if err := s.p.finish(s.name); err != nil {
		if !s.over {
			err = fmt.Errorf("%w, and %d events were read", err, s.p.events)
		}
		return Batch{}, err
	}
	if !s.over {
		at = s.p.latest
	}
	b := s.p.cut(at)
	s.cut, s.last, s.wait = s.p.events, time.Now(), max(s.every, s.p.waiting()/4)
	return b, nil
}

// due says whether a batch can be given, and should be.
func (s *Stream) due() bool {
	n := s.p.events - s.cut
	if n == 0 || n < s.wait && time.Since(s.last) < cutAfter {
		return false
	}
	_, err := s.p.fits.one()
	return err == nil || s.p.events >= maxUntold
}

// waiting is how many events came since the call of what is under way the longest. Whoever takes the batches must hold all
// of these, and go through them with each batch, so that batches grow with them.
func (p *pairing) waiting() int64 {
	first := p.events
	for _, open := range p.open {
		first = min(first, open.event)
	}
	return p.events - first
}

// cut gives away all operations but those under way; at the end those, too.
func (p *pairing) cut(at time.Duration) Batch {
	b := Batch{At: at, Notes: map[int]string{}}
	under := make(map[int]int64, len(p.open)) // processes, by operation
	for process, open := range p.open {
		under[open.op] = process
	}
	rest := &History{}
	rest.Notes = map[int]string{}
	for i := range p.h.Ops {
		op, note := p.traced(i), p.h.Notes[i]
		if process, busy := under[i]; busy && at != history.Never {
			b.Open = append(b.Open, op)
			open := p.open[process]
			open.op = len(rest.Ops)
			p.open[process] = open
			rest.take(p.h, i)
			continue
		}
		if note != "" {
			b.Notes[len(b.Done)] = note
		}
		b.Done = append(b.Done, op)
	}
	p.h.Ops, p.h.Lines, p.h.Notes = rest.Ops, rest.Lines, rest.Notes
	clear(p.members)
	clear(p.done) // what comes is not before at
	p.since = at
	return b
}

// traced is an operation with its lines.
func (p *pairing) traced(i int) history.Op[Called, Answered] {
	op, lines := &p.h.Ops[i], p.h.Lines[i]
	return history.Op[Called, Answered]{
		Call: op.Call, Return: op.Return, Client: op.Client, Outcome: op.Outcome, Phase: op.Phase, Retries: op.Retries,
		Input:  Called{op.Input, lines.Call},
		Output: Answered{op.Output, p.members[i], lines.Return},
	}
}

// take adds an operation of another history.
func (h *History) take(from *History, i int) {
	if note := from.Notes[i]; note != "" {
		h.Notes[len(h.Ops)] = note
	}
	h.Ops, h.Lines = append(h.Ops, from.Ops[i]), append(h.Lines, from.Lines[i])
}
