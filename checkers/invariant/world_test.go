package invariant_test

import (
	"fmt"

	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/history"
)

// The world of these tests is two cells that can be added to, moved between, replaced and read.
const cells = 2

type state [cells]int64

type kind int

const (
	add     kind = iota // delta; refused below zero where floor
	move                // delta from key to the other; refused below zero
	set                 // value
	swap                // value if it is old
	read                // key
	readAll             // both
)

type ask struct {
	kind  kind
	key   int
	delta int64 // add, move
	old   int64 // swap
	value int64 // set, swap
	floor bool  // add
}

type answer struct {
	before, after state // of all that it touched, where seen; before is what a read saw
	seen, refused bool
}

type (
	op   = history.Op[ask, answer]
	hist = history.History[ask, answer]
)

func (a ask) String() string {
	return fmt.Sprintf("%s %d", [...]string{"add", "move", "set", "swap", "read", "read all"}[a.kind], a.delta+a.value)
}

func (a ask) update() bool { return a.kind < read }

// touches reports whether the operation finds out about the cell, if it says what it saw.
func (a ask) touches(cell int) bool { return a.kind == readAll || a.kind == move || a.key == cell }

// do is what the operation does, all at once.
func (a ask) do(s state) (next state, refused bool) {
	next = s
	switch a.kind {
	case add:
		next[a.key] += a.delta
		refused = a.floor && a.delta < 0 && next[a.key] < 0
	case move:
		next[a.key] -= a.delta
		next[1-a.key] += a.delta
		refused = next[a.key] < 0
	case set:
		next[a.key] = a.value
	case swap:
		next[a.key] = a.value
		refused = s[a.key] != a.old
	}
	if refused {
		return s, true
	}
	return next, false
}

// agrees reports whether the answer is that of an operation done in the state.
func (a ask) agrees(out answer, s state) (next state, ok bool) {
	next, refused := a.do(s)
	if refused != out.refused {
		return s, false
	}
	for cell := range cells {
		if !a.touches(cell) || !out.seen && a.update() {
			continue
		}
		if out.before[cell] != s[cell] || a.update() && out.after[cell] != next[cell] {
			return s, false
		}
	}
	return next, true
}

// legal is the oracle: it tries all orders of the operations that keep to their times, in which all that are sure, and
// any of the others, take effect. What an operation saw must be so, where it took effect, if it is known.
func legal(ops []op, start state, sure, known func(i int) bool) bool {
	done := make([]bool, len(ops))
	var try func(s state) bool
	try = func(s state) bool {
		left := false
		for i := range ops {
			left = left || sure(i) && !done[i]
		}
		if !left {
			return true
		}
		for i := range ops {
			if done[i] || mustWait(ops, done, i, sure) {
				continue
			}
			next, ok := ops[i].Input.agrees(ops[i].Output, s)
			if !known(i) {
				var refused bool
				next, refused = ops[i].Input.do(s)
				ok = !refused
			}
			if !ok {
				continue
			}
			done[i] = true
			if try(next) {
				return true
			}
			done[i] = false
		}
		return false
	}
	return try(start)
}

// mustWait reports whether an operation that must take effect had returned before the i-th was called. One that need
// not take effect must not do so after its return, but for those of unknown outcome.
func mustWait(ops []op, done []bool, i int, sure func(i int) bool) bool {
	for j := range ops {
		if j == i || ops[j].Outcome == history.Failed {
			continue
		}
		if !done[j] && sure(j) && ops[j].Return < ops[i].Call {
			return true
		}
		if done[j] && ops[i].Outcome == history.OK && ops[i].Return < ops[j].Call {
			return true
		}
	}
	return ops[i].Outcome == history.Failed
}

// linearizable is the oracle on a whole history.
func linearizable(h *hist, start state) bool {
	ok := func(i int) bool { return h.Ops[i].Outcome == history.OK }
	return legal(h.Ops, start, ok, ok)
}

// sheet puts a history in the checks' terms, as workloads do.
func sheet(h *hist, start state, additive bool) (*invariant.Sheet, []invariant.Snapshot, []invariant.Level) {
	s := &invariant.Sheet{
		Additive: additive, Initial: func(key uint64) int64 { return start[key] },
		Words: invariant.Words{
			Object: func(key uint64) string { return fmt.Sprintf("cell %d", key) },
			Op:     func(i int) string { return h.Ops[i].Input.String() },
		},
	}
	var snapshots []invariant.Snapshot
	var levels []invariant.Level
	for i, o := range h.Ops {
		in, out, certain := o.Input, o.Output, o.Outcome == history.OK
		switch {
		case o.Outcome == history.Failed, !in.update() && !certain:
		case in.kind == readAll:
			snapshots = append(snapshots, invariant.Snapshot{Op: i, Values: out.before[:]})
			levels = append(levels, invariant.Level{Op: i, Value: min(out.before[0], out.before[1])})
		case in.kind == read, certain && out.refused && out.seen:
			s.Reads = append(s.Reads, invariant.Read{
				Op: i, Key: uint64(in.key), Value: out.before[in.key], Final: o.Phase == history.Final,
			})
			levels = append(levels, invariant.Level{Op: i, Key: uint64(in.key), Value: out.before[in.key]})
		case certain && out.refused:
		default:
			s.Updates = append(s.Updates, updates(i, in, out, certain)...)
		}
	}
	return s, snapshots, levels
}

func updates(i int, in ask, out answer, certain bool) []invariant.Update {
	u := invariant.Update{
		Op: i, Key: uint64(in.key), Delta: in.delta, Before: out.before[in.key], After: out.after[in.key],
		Seen: out.seen, Certain: certain,
	}
	switch in.kind {
	case set:
		u.After, u.Seen = in.value, false
	case swap:
		u.Before, u.After, u.Seen = in.old, in.value, certain
	case move:
		to := 1 - in.key
		v := u
		u.Delta = -in.delta
		v.Key, v.Before, v.After = uint64(to), out.before[to], out.after[to]
		return []invariant.Update{u, v}
	}
	return []invariant.Update{u}
}
