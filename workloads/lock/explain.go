package lock

import (
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// finding is what is wrong with a lock, told in a sentence, and the operations that prove it. The zero value is nothing.
type finding struct {
	text string
	ops  []int
	rank int // of two findings the one of the lower rank is told
}

func (f finding) any() bool { return len(f.ops) > 0 }

// look looks for one thing that can be wrong with a lock.
type look func(h *history.History[Input, Output], l *watched) finding

// first gives the first finding of several looks, each of which may rest on that those before have found nothing.
func first(h *history.History[Input, Output], l *watched, looks ...look) finding {
	for rank, look := range looks {
		if f := look(h, l); f.any() {
			f.rank = rank
			return f
		}
	}
	return finding{}
}

// plainest gives the anomaly of the name for the lock where it is told best, and says on how many others it is: all are
// wrong for one reason, and a hundred sentences would tell nobody more.
func plainest(h *history.History[Input, Output], locks []*watched, name string, look look) []checkers.Anomaly {
	var best finding
	lock, n := int32(0), 0
	for _, l := range locks {
		f := look(h, l)
		if !f.any() {
			continue
		}
		if n++; n == 1 || f.rank < best.rank {
			best, lock = f, l.lock
		}
	}
	switch {
	case n == 0:
		return nil
	case n == 2:
		best.text += "; the same on another lock"
	case n > 2:
		best.text += fmt.Sprintf("; the same on %d other locks", n-1)
	}
	slices.Sort(best.ops)
	return []checkers.Anomaly{{
		Name: name, Object: object(lock), Message: object(lock) + ": " + best.text + ".", Ops: best.ops,
	}}
}

// teller names operations in sentences.
type teller struct {
	*history.History[Input, Output]
}

// who names an operation by its client: "client 3 (op #17)".
func (t teller) who(i int) string { return fmt.Sprintf("client %d (op #%d)", t.Ops[i].Client, i) }

// at names an access: "client 3 (op #17, access 7)".
func (t teller) at(a access) string {
	return fmt.Sprintf("client %d (op #%d, access %d)", t.Ops[a.op].Client, a.op, a.seq)
}

// under names an access with its token: "client 3 (op #17, token 33)".
func (t teller) under(a access) string {
	return fmt.Sprintf("client %d (op #%d, token %d)", t.Ops[a.op].Client, a.op, a.grant.token)
}
