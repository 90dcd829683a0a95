package history

import "time"

// Cursor remembers how far a recorder has been read by [Recorder.Cut]. The zero value is the beginning.
type Cursor[I, O any] struct {
	at map[*Log[I, O]]*place[I, O]
}

type place[I, O any] struct {
	chunk *chunk[I, O]
	i     int // place in the chunk
	n     int // operations passed
}

// advance steps over one operation; there must be another one begun, or at least recorded, before the place is read.
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
	Done  []Op[I, O]     // what returned after the cut before and not after At, by client
	Notes map[int]string // texts of operations, by place in Done
	Open  []Op[I, O]     // what was called not after At and had not returned by then; outcome Unknown, return Never
}

// Cut reads what was recorded since the cursor's last cut, while the clients go on. All Done of all batches up to one,
// with that batch's Open, are a history that is true as it stands: an operation that returned by At can only have
// observed operations called by At, and each of those is in Done or in Open.
func (r *Recorder[I, O]) Cut(c *Cursor[I, O]) Batch[I, O] {
	if c.at == nil {
		c.at = map[*Log[I, O]]*place[I, O]{}
	}
	// The clock is read before the logs: a log made later, or an operation begun later, was called after At.
	b := Batch[I, O]{At: r.Now(), Notes: map[int]string{}}
	for _, l := range r.all() {
		p := c.at[l]
		if p == nil {
			p = &place[I, O]{chunk: l.head}
			c.at[l] = p
		}
		l.cut(p, &b)
	}
	return b
}

func (l *Log[I, O]) cut(p *place[I, O], b *Batch[I, O]) {
	done, begun := int(l.done.Load()), int(l.begun.Load())
	for ; p.n < done; p.advance() {
		op := p.op()
		if op.Return > b.At {
			break
		}
		if op.Outcome != OK {
			if text := l.note(p.n); text != "" {
				b.Notes[len(b.Done)] = text
			}
		}
		b.Done = append(b.Done, *op)
	}
	if p.n < begun {
		if op := p.op(); op.Call <= b.At {
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
