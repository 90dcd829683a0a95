package loads

import (
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/history"
)

// Put is what a register is asked for: a read, a write of To, a compare-and-set from Old to To.
type Put struct {
	Kind byte // 'r', 'w', 'c'
	Old  int
	To   int
}

// Got is what a register answers: the value of a read, the success of a compare-and-set.
type Got struct {
	Value int
	OK    bool
}

// DoRegister is a register whose failed compare-and-set tells nothing but that.
func DoRegister(state int, in Put) (int, Got) {
	switch {
	case in.Kind == 'r':
		return state, Got{Value: state}
	case in.Kind == 'w':
		return in.To, Got{}
	case in.Old == state:
		return in.To, Got{OK: true}
	default:
		return state, Got{}
	}
}

// DoTelling is a register whose failed compare-and-set tells what it saw.
func DoTelling(state int, in Put) (int, Got) {
	next, out := DoRegister(state, in)
	if in.Kind == 'c' && !out.OK {
		out.Value = state
	}
	return next, out
}

// Register has reads and writes, half each, every write of a value of its own.
func Register() Object[int, Put, Got] {
	return Object[int, Put, Got]{Do: DoRegister, Draw: func(r *rand.Rand, n int) Put {
		return Put{Kind: "rw"[r.IntN(2)], To: n + 1}
	}}
}

// current stands for what a compare-and-set that is to succeed expects.
const current = -1

// CompareAndSet has reads, writes and compare-and-sets, a third each, every value new. Half of the compare-and-sets find
// what they expect, the others expect what may have been there long before, and are told what is there instead.
func CompareAndSet() Object[int, Put, Got] {
	return Object[int, Put, Got]{Do: DoTelling, Draw: drawCompareAndSet, Aim: aim}
}

func drawCompareAndSet(r *rand.Rand, n int) Put {
	in := Put{Kind: "rwc"[r.IntN(3)], To: n + 1}
	if in.Kind == 'c' {
		in.Old = max(current, r.IntN(2*n+2)-n-2)
	}
	return in
}

func aim(state int, in Put) Put {
	if in.Kind == 'c' && in.Old == current {
		in.Old = state
	}
	return in
}

// FewValues has reads, writes and compare-and-sets of three values, so that nearly nothing tells which write a read saw.
func FewValues() Object[int, Put, Got] {
	return Object[int, Put, Got]{Do: DoRegister, Draw: func(r *rand.Rand, _ int) Put {
		return Put{Kind: "rwc"[r.IntN(3)], Old: r.IntN(3), To: r.IntN(3)}
	}}
}

// Crashed is a history of five clients and five values on a register, with writes that never took effect and of which nobody
// heard, and at the end a read of what nobody wrote.
func Crashed(writes int) *history.History[Put, Got] {
	o := Object[int, Put, Got]{Do: DoRegister, Draw: func(r *rand.Rand, _ int) Put {
		return Put{Kind: "rw"[r.IntN(2)], To: 1 + r.IntN(5)}
	}}
	h := o.Load(1, 5, 200, 0)
	end := time.Duration(0)
	for _, op := range h.Ops {
		end = max(end, op.Return)
	}
	for n := range writes {
		h.Ops = append(h.Ops, history.Op[Put, Got]{
			Client: int32(100 + n), Call: end * time.Duration(n) / time.Duration(writes), Return: history.Never,
			Outcome: history.Unknown, Input: Put{Kind: 'w', To: 1 + n%5},
		})
	}
	h.Ops = append(h.Ops, history.Op[Put, Got]{
		Call: end + 1, Return: end + 2, Input: Put{Kind: 'r'}, Output: Got{Value: 6},
	})
	h.Sort()
	return h
}
