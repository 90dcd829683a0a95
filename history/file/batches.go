package file

import (
	"github.com/lostupdate/stress/history"
)

// End is what a history says of itself at its end.
type End struct {
	Interrupted string // see history.History
	Missing     string
	Ops         int // operations of all batches
}

// ReadBatches reads the rest of a history, once, and gives it away batch by batch, as it was written, so that it need not fit
// into memory: what returned between two checkpoints, and what was under way at the second. The last batch of a whole file
// has what came after its last checkpoint, and is cut at [history.Never]. Of a file that was cut off, what comes after its
// last checkpoint is in no batch, and Missing says so. An error of each ends the reading and is given back; the others are
// those of [ReadAll].
func ReadBatches[I, O any](r *Reader, each func(history.Batch[I, O]) error) (End, error) {
	l := newLoader[I, O](r)
	give := func(b history.Batch[I, O]) error {
		b.Done, b.Notes = l.h.Ops, l.h.Notes
		l.given += len(l.h.Ops)
		l.h.Ops, l.h.Notes, l.mark = nil, map[int]string{}, 0
		return each(b)
	}
	err := l.all(r, func() error {
		return give(history.Batch[I, O]{At: l.at, Open: append([]history.Op[I, O](nil), l.open...)})
	})
	if err != nil {
		return End{}, err
	}
	if !l.ended {
		return End{Missing: l.missing(0, len(l.h.Ops)), Ops: l.given}, nil
	}
	if err := give(history.Batch[I, O]{At: history.Never}); err != nil {
		return End{}, err
	}
	return End{Interrupted: l.h.Interrupted, Ops: l.given}, nil
}
