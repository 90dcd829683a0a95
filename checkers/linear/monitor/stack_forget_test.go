package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/internal/loads"
)

// stackSpec is a stack of values that fit into a pile.
func stackSpec() spec[pile] {
	s := container("stack", pile.last, monitor.Push, monitor.Pop, monitor.PopEmpty)
	do := s.do
	s.do = func(p pile, a monitor.Act) (pile, monitor.Act, bool) {
		if a.Kind == monitor.Push && a.Value > 14 {
			return p, a, true // too late in a long history to have a digit: nobody sees it
		}
		return do(p, a)
	}
	s.check = monitor.Stack
	return s
}

func TestStackForgetsWhatCannotMatter(t *testing.T) {
	for _, v := range variants(stackSpec(), monitor.Push, monitor.Pop) {
		forgets(t, v)
	}
}

// crowd makes a legal history of a stack in which some operations last long, by when they take effect, one after the other:
// values are put on each other, or each is gone soon unless it stays, so that those that stay may be in any order.
func crowd(r *rand.Rand, count int, unknown float64) []monitor.Op {
	short, wide, stays := 1+r.Int64N(3), 4+r.Int64N(24), r.IntN(2) == 0
	var inside []int64
	ops := make([]monitor.Op, count)
	soon := 0 // values on top that do not stay
	for n := range ops {
		op, at, width := &ops[n], int64(4*n), short
		push := r.IntN(2) == 0 && n < 13
		if stays {
			push = n < 13 && (soon == 0 || r.IntN(4) == 0)
		}
		long := (r.IntN(5) == 0 || push && r.IntN(2) == 0) && (!stays || len(inside)-soon < 4)
		if long {
			width = wide
		}
		op.Call, op.Return = at-r.Int64N(width), at+r.Int64N(width)
		switch {
		case push:
			op.Kind, op.Value = monitor.Push, int64(n)
			inside = append(inside, op.Value)
			if soon > 0 || !long {
				soon++
			}
		case len(inside) == 0:
			op.Kind = monitor.PopEmpty
		default:
			op.Kind, op.Value = monitor.Pop, inside[len(inside)-1]
			inside = inside[:len(inside)-1]
			soon = max(soon-1, 0)
		}
		if op.Kind == monitor.Pop && r.Float64() < unknown || op.Kind == monitor.Push && r.Float64() < unknown/4 {
			op.Return = monitor.Never
		}
	}
	byCall(ops)
	return ops
}

// leftIn gives the values that were pushed, and not popped before a time.
func leftIn(ops []monitor.Op, until int64) (left []int64) {
	for _, op := range ops {
		if op.Kind == monitor.Push {
			left = append(left, op.Value)
		}
	}
	for _, op := range ops {
		if op.Kind == monitor.Pop && op.Return < until {
			left = slices.DeleteFunc(left, func(v int64) bool { return v == op.Value })
		}
	}
	return left
}

// emptying pops values in an order, from a time on, and perhaps finds the stack empty then.
func emptying(r *rand.Rand, values []int64, at int64) (ops []monitor.Op) {
	for _, v := range values[:r.IntN(len(values)+1)] {
		ops = append(ops, op(monitor.Pop, v, 0, at, at+r.Int64N(3)))
		at += r.Int64N(4)
	}
	switch r.IntN(3) {
	case 0:
		ops = append(ops, op(monitor.PopEmpty, 0, 0, at, at+3))
	case 1:
		ops = append(ops, op(monitor.Push, 14, 0, at-1, at+3), op(monitor.Pop, 14, 0, at, at+5))
	}
	byCall(ops)
	return ops
}

// buried makes a legal history of a stack of few values, in which those that lie on others are mostly popped with unknown
// outcome, and some pops of unknown outcome did nothing, or something later: so it is sure that values are gone, but not
// which pops took them.
func buried(r *rand.Rand) []monitor.Op {
	ops := make([]monitor.Op, 4+r.IntN(6))
	var inside []int64
	at, wide, rising := int64(0), 1+r.Int64N(16), true
	for n := range ops {
		op := &ops[n]
		at += r.Int64N(4)
		op.Call, op.Return = at-r.Int64N(2), at+r.Int64N(2)
		if r.IntN(4) == 0 {
			op.Call, op.Return = at-r.Int64N(wide), at+r.Int64N(wide)
		}
		if r.IntN(3) == 0 || len(inside) == 0 || len(inside) > 3 {
			rising = len(inside) == 0 && r.IntN(3) > 0 || len(inside) < 3 && r.IntN(2) == 0
		}
		switch last := len(inside) - 1; {
		case rising:
			op.Kind, op.Value = monitor.Push, int64(n)
			inside = append(inside, op.Value)
		case last < 0:
			op.Kind = monitor.PopEmpty
		default:
			op.Kind, op.Value, inside = monitor.Pop, inside[last], inside[:last]
			if last > 0 && r.IntN(4) > 0 || r.IntN(8) == 0 {
				op.Return = monitor.Never
			}
		}
	}
	for range r.IntN(3) {
		call := ops[r.IntN(len(ops))].Call + r.Int64N(3)
		ops = append(ops, op(monitor.Pop, 0, 0, call, monitor.Never))
	}
	byCall(ops)
	return ops
}

// TestStackForgetsNothingThatOrdersTheRest pops what is left of crowded histories in many orders.
func TestStackForgetsNothingThatOrdersTheRest(t *testing.T) {
	t.Parallel()
	for i, unknown := range []float64{0, 0.1, 0.4} {
		random := func(r *rand.Rand) []monitor.Op { return crowd(r, 8+r.IntN(7), unknown) }
		popsRest(t, fmt.Sprint(unknown), histories(t)/4, uint64(3+i), random)
	}
	popsRest(t, "buried", histories(t), 6, buried)
}

// popsRest pops what is left of so many histories in many orders.
func popsRest(t *testing.T, name string, count int, stream uint64, random func(r *rand.Rand) []monitor.Op) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		s := stackSpec()
		f := forgetting[pile]{spec: &s}
		for seed := range count {
			r := rand.New(rand.NewPCG(uint64(seed), stream))
			ops := random(r)
			until := ops[len(ops)/3+r.IntN(len(ops)-len(ops)/3)].Call + 1 + r.Int64N(8)
			before, _ := split(ops, until)
			rest := f.forget(t, f.begin().with(before), until)
			left := leftIn(before, until)
			for range 8 {
				r.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
				after := emptying(r, left, until+r.Int64N(2))
				want := f.explained(f.begin(), join(before, after))
				require.Equal(t, want, f.explained(rest, after), "seed %d, until %d: %+v then %+v, but of that is left %+v",
					seed, until, before, after, rest)
				f.count(want)
			}
		}
		t.Logf("%d ways to go on were legal, %d were not; %d of %d operations were left, %d stood for others",
			f.legal, f.illegal, f.left, f.all, f.stand)
		require.Greater(t, f.legal, f.illegal/20)
		require.Greater(t, f.illegal, f.legal/20)
		require.Greater(t, f.stand, f.all/4000, "hardly a push was narrowed")
	})
}

// TestStackForgetsNothingOfALongHistory holds what is left of histories that are too long for the oracles to what the
// monitor says of everything.
func TestStackForgetsNothingOfALongHistory(t *testing.T) {
	t.Parallel()
	k, count, left, all := stacks(), map[monitor.Status]int{}, 0, 0
	for seed := range histories(t) / 2 {
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		ops := k.long(r, 20+r.IntN(200))
		p, from := part{}, 0
		for range 1 + r.IntN(3) {
			until := ops[from+r.IntN(len(ops)-from)].Call
			now, _ := split(ops, until)
			p = p.with(now[from:])
			rest, _ := monitor.Forget(&p.Part, until)
			p, from = part{*rest}, len(now)
		}
		left, all = left+len(p.Ops), all+from
		for range 6 {
			after := slices.Clone(ops[from:])
			for range r.IntN(3) {
				k.disturb(r, after)
			}
			want := monitor.Check(&monitor.Part{Ops: join(ops[:from], after)})
			whole := p.with(after)
			got := monitor.Check(&whole.Part)
			if want.Status != monitor.Unsuited && got.Status != monitor.Unsuited {
				require.Equal(t, want.Status, got.Status, "seed %d: %+v then %+v, but of that is left %+v", seed, ops[:from], after, p)
			}
			count[want.Status]++
		}
	}
	t.Logf("%v, %d of %d operations were left", count, left, all)
	require.Greater(t, count[monitor.Legal], histories(t)/10)
	require.Greater(t, count[monitor.Illegal], histories(t)/10)
}

// TestStackForgetsTheValuesThatAreGone has at most 31 values inside at a time; of an operation that is under way there may
// be the push besides that goes with it. A pop of unknown outcome is dropped with what it took as soon as that is missed.
func TestStackForgetsTheValuesThatAreGone(t *testing.T) {
	t.Parallel()
	for _, clients := range []int{10, 100, 1000} {
		ops := loads.AStack().Acts(100_000, clients)
		stays(t, fmt.Sprintf("%d clients", clients), monitor.Part{Ops: ops}, 1_000, 31+2*clients)
		if clients == 1000 {
			break // which pops of unknown outcome took what does not show there, so that nothing is forgotten
		}
		some := slices.Clone(ops)
		for i := range some {
			if i%2_000 == 0 && some[i].Kind != monitor.PopEmpty {
				some[i].Return = monitor.Never
			}
		}
		stays(t, fmt.Sprintf("%d clients, some of unknown outcome", clients), monitor.Part{Ops: some}, 1_000, 4_000)
	}
}
