package file

import (
	"fmt"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
)

// WriteBatch writes the operations of a batch and, after them, a checkpoint that names those under way, and hands both to
// the operating system. The batches must come from one cursor, in order. A large batch gets checkpoints within, so that a
// process killed while it writes one loses little of it.
//
// Whatever goes wrong is an error, also a panic in a method of the workload's types.
func WriteBatch[I, O any](w *Writer, b history.Batch[I, O]) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = w.fail(fmt.Errorf("writing a value of the workload panicked: %v", p))
		}
	}()
	s := newSplit(&b)
	for _, at := range moments(w.at, b.At, len(b.Done)) {
		if err := s.write(w, at, false); err != nil {
			return err
		}
	}
	return s.write(w, b.At, true)
}

// part is about how many operations are written between two checkpoints.
const part = 16 << 10

// moments divides the time between two cuts, so that about so many operations lie between two moments.
func moments(from, to time.Duration, ops int) []time.Duration {
	var at []time.Duration
	parts := ops / part
	for i := 1; i < parts && to > from; i++ {
		at = append(at, from+(to-from)/time.Duration(parts)*time.Duration(i))
	}
	return at
}

// split is a batch on its way into a file. What is true of a cut is true of every moment before it: an operation that
// returned before the moment observed only operations called before it, and the batch has them all.
type split[I, O any] struct {
	batch *history.Batch[I, O]
	left  []span // what is not written yet, a span for each client
	open  []*history.Op[I, O]
}

// span is a part of Batch.Done with operations of one client.
type span struct{ next, end int }

func newSplit[I, O any](b *history.Batch[I, O]) *split[I, O] {
	s := &split[I, O]{batch: b}
	for i := range b.Done {
		if i == 0 || b.Done[i].Client != b.Done[i-1].Client {
			s.left = append(s.left, span{i, i})
		}
		s.left[len(s.left)-1].end++
	}
	return s
}

// write writes what returned before the moment, and the rest too if the moment is the last.
func (s *split[I, O]) write(w *Writer, at time.Duration, last bool) error {
	s.open = s.open[:0]
	for i := range s.left {
		if err := s.writeSpan(w, &s.left[i], at, last); err != nil {
			return err
		}
	}
	for i := range s.batch.Open {
		s.underWay(&s.batch.Open[i], at, last)
	}
	if err := writeCheckpoint(w, at, s.open); err != nil {
		return err
	}
	return w.flush()
}

func (s *split[I, O]) writeSpan(w *Writer, left *span, at time.Duration, last bool) error {
	for ; left.next < left.end; left.next++ {
		op := &s.batch.Done[left.next]
		if op.Return >= at && !last {
			s.underWay(op, at, last)
			break
		}
		if err := writeOp(w, op, s.batch.Notes[left.next]); err != nil {
			return err
		}
	}
	return nil
}

func (s *split[I, O]) underWay(op *history.Op[I, O], at time.Duration, last bool) {
	if op.Call < at || last {
		s.open = append(s.open, op)
	}
}

func writeOp[I, O any](w *Writer, op *history.Op[I, O], note string) error {
	err := w.line(func() error { return wrap(op, encodeOp(w.enc, op, note)) })
	if err == nil {
		w.ops++
	}
	return err
}

func wrap[I, O any](op *history.Op[I, O], err error) error {
	if err != nil {
		err = fmt.Errorf("the operation of client %d called at %v: %w", op.Client, op.Call, err)
	}
	return err
}

// writeCheckpoint writes nothing if it would repeat the checkpoint before: a run that hangs must not fill the disk.
func writeCheckpoint[I, O any](w *Writer, at time.Duration, open []*history.Op[I, O]) error {
	w.at = at
	next := checkpoint{ops: w.ops}
	for _, op := range open {
		next.open = append(next.open, asker{op.Client, op.Call})
	}
	if w.last != nil && w.last.ops == next.ops && slices.Equal(w.last.open, next.open) {
		return w.err
	}
	w.last = &next
	return w.line(func() error { return encodeCheckpoint(w, at, open) })
}

func encodeCheckpoint[I, O any](w *Writer, at time.Duration, open []*history.Op[I, O]) error {
	w.enc.time(`{"checkpoint":{"at":`, at)
	w.enc.int(`,"ops":`, w.ops)
	w.enc.text(`,"open":[`)
	for i, op := range open {
		if i > 0 {
			w.enc.text(",")
		}
		if err := wrap(op, encodeOpen(w.enc, op)); err != nil {
			return err
		}
	}
	w.enc.text(`]}}`)
	return nil
}

// checkpoint is what tells one checkpoint from the next.
type checkpoint struct {
	ops  int64
	open []asker
}

type asker struct {
	client int32
	call   time.Duration
}
