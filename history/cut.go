package history

import (
	"runtime"
	"time"
)

// Cursor remembers how far a recorder has been read by [Recorder.Cut]. The zero value is the beginning. It belongs to
// one recorder, and to one goroutine at a time.
type Cursor[I, O any] struct {
	at map[*Log[I, O]]*place[I, O]
}

func (c *Cursor[I, O]) place(l *Log[I, O]) *place[I, O] {
	if c.at == nil {
		c.at = map[*Log[I, O]]*place[I, O]{}
	}
	p := c.at[l]
	if p == nil {
		p = &place[I, O]{chunk: l.head}
		c.at[l] = p
	}
	return p
}

type place[I, O any] struct {
	chunk *chunk[I, O]
	i     int // place in the chunk
	n     int // operations passed
}

// op is the operation at the place; one must have begun there.
func (p *place[I, O]) op() *Op[I, O] {
	if p.i == len(p.chunk.ops) {
		p.chunk, p.i = p.chunk.next.Load(), 0
	}
	return &p.chunk.ops[p.i]
}

func (p *place[I, O]) advance() { p.i++; p.n++ }

// Batch is what happened between two cuts.
type Batch[I, O any] struct {
	At    time.Duration  // the moment of the cut
	Done  []Op[I, O]     // what returned since the cut before, and before At, by client
	Notes map[int]string // texts of operations, by place in Done
	Open  []Op[I, O]     // what was called before At and had not returned by then; outcome Unknown, return Never
}

// Cut reads what was recorded since the cursor's last cut, while the clients go on. All Done of all batches up to one,
// with that batch's Open, are a history that is true as it stands: an operation that returned before At can only have
// observed operations called before At, and each of those is in Done or in Open. Whatever returned before Cut was called
// is in Done.
func (r *Recorder[I, O]) Cut(c *Cursor[I, O]) Batch[I, O] {
	// The clock is read before the logs: a log made later, or an operation begun later, was called at At or after.
	return r.cutAt(c, r.tick())
}

func (r *Recorder[I, O]) cutAt(c *Cursor[I, O], at time.Duration) Batch[I, O] {
	b := Batch[I, O]{At: at, Notes: map[int]string{}}
	logs := r.all()
	b.Done = make([]Op[I, O], 0, c.waiting(logs))
	for _, l := range logs {
		l.cut(c.place(l), &b)
	}
	return b
}

// tick reads the clock when it has gone on since tick was called. On a coarse clock, operations before and after a cut
// could otherwise have one time. The sleep is for clocks of a millisecond and more, and for the clocks of
// testing/synctest, which stand still until all sleep.
func (r *Recorder[I, O]) tick() time.Duration {
	before := r.Now()
	for {
		if now := r.Now(); now > before {
			return now
		}
		time.Sleep(time.Nanosecond)
	}
}

// waiting is the number of operations that have returned and were not read yet.
func (c *Cursor[I, O]) waiting(logs []*Log[I, O]) int {
	n := 0
	for _, l := range logs {
		n += int(l.done.Load()) - c.place(l).n
	}
	return n
}

func (l *Log[I, O]) cut(p *place[I, O], b *Batch[I, O]) {
	// An operation that is about to begin may have been called before the clock was read. It begins within some nanoseconds.
	for l.beginning.Load() > l.begun.Load() {
		runtime.Gosched()
	}
	// In this order: if an operation returns between the two readings, it counts as begun.
	done, begun := int(l.done.Load()), int(l.begun.Load())
	for ; p.n < done; p.advance() {
		op := p.op()
		if op.Return >= b.At {
			break
		}
		if text := l.note(op, p.n); text != "" {
			b.Notes[len(b.Done)] = text
		}
		b.Done = append(b.Done, *op)
	}
	if p.n < begun {
		if op := p.op(); op.Call < b.At {
			b.Open = append(b.Open, asked(op))
		}
	}
}

// asked copies the part of an operation that is published by its call; the rest may be written at this moment.
func asked[I, O any](op *Op[I, O]) Op[I, O] {
	return Op[I, O]{
		Call: op.Call, Return: Never, Client: op.Client, Outcome: Unknown, Phase: op.Phase, Input: op.Input,
	}
}
