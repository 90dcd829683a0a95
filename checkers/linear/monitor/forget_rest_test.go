package monitor_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// buried makes a legal history of few values of which those taken while others are inside are mostly taken with unknown
// outcome, and some takes of unknown outcome did nothing, or something later: so it is sure that values are gone, but not
// who took them. A container that does not take out the least is a stack.
func (f flow) buried(r *rand.Rand) []monitor.Op {
	ops, names := make([]monitor.Op, 4+r.IntN(6)), r.Perm(13)
	var inside []int64
	at, wide, rising := int64(0), 1+r.Int64N(16), true
	for n := range ops {
		o := &ops[n]
		at += r.Int64N(4)
		o.Call, o.Return = at-r.Int64N(2), at+r.Int64N(2)
		if r.IntN(4) == 0 {
			o.Call, o.Return = at-r.Int64N(wide), at+r.Int64N(wide)
		}
		if r.IntN(3) == 0 || len(inside) == 0 || len(inside) > 3 {
			rising = len(inside) == 0 && r.IntN(3) > 0 || len(inside) < 3 && r.IntN(2) == 0
		}
		switch last := len(inside) - 1; {
		case rising:
			o.Kind, o.Value = f.in, int64(names[n])
			if inside = append(inside, o.Value); f.least {
				slices.Sort(inside)
				slices.Reverse(inside)
			}
		case last < 0:
			o.Kind = f.none
		default:
			o.Kind, o.Value, inside = f.out, inside[last], inside[:last]
			if last > 0 && r.IntN(4) > 0 || r.IntN(8) == 0 {
				o.Return = monitor.Never
			}
		}
	}
	for range r.IntN(3) {
		call := ops[r.IntN(len(ops))].Call + r.Int64N(3)
		ops = append(ops, op(f.out, 0, 0, call, monitor.Never))
	}
	byCall(ops)
	return ops
}

// leftIn gives the values that were put in, and not taken for sure before a time.
func (f flow) leftIn(ops []monitor.Op, until int64) (left []int64) {
	for _, op := range ops {
		if op.Kind == f.in {
			left = append(left, op.Value)
		}
	}
	for _, op := range ops {
		if op.Kind == f.out && op.Return < until {
			left = slices.DeleteFunc(left, func(v int64) bool { return v == op.Value })
		}
	}
	return left
}

// emptying takes some values in an order, from a time on, and perhaps finds nothing then.
func (f flow) emptying(r *rand.Rand, values []int64, at int64) (ops []monitor.Op) {
	values = slices.Clone(values[:r.IntN(len(values)+1)])
	if f.least && r.IntN(3) > 0 {
		slices.Sort(values)
	}
	for _, v := range values {
		ops = append(ops, op(f.out, v, 0, at, at+r.Int64N(3)))
		at += r.Int64N(4)
	}
	switch r.IntN(3) {
	case 0:
		ops = append(ops, op(f.none, 0, 0, at, at+3))
	case 1:
		ops = append(ops, op(f.in, 14, 0, at-1, at+3), op(f.out, 14, 0, at, at+5))
	}
	byCall(ops)
	return ops
}

// rests are so many legal histories of a container of which something is to be forgotten.
type rests struct {
	name   string
	count  int
	stream uint64
	random func(r *rand.Rand) []monitor.Op
}

// takesRest takes what is left of histories in many orders.
func takesRest[S comparable](t *testing.T, s spec[S], c flow, of rests) {
	t.Run(of.name, func(t *testing.T) {
		t.Parallel()
		f := forgetting[S]{spec: &s}
		for seed := range of.count {
			r := rand.New(rand.NewPCG(uint64(seed), of.stream))
			ops := of.random(r)
			until := ops[len(ops)/3+r.IntN(len(ops)-len(ops)/3)].Call + 1 + r.Int64N(8)
			before, _ := split(ops, until)
			rest := f.forget(t, f.begin().with(before), until)
			left := c.leftIn(before, until)
			for range 8 {
				r.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
				after := c.emptying(r, left, until+r.Int64N(2))
				want := f.explained(f.begin(), join(before, after))
				if f.explained(rest, after) != want {
					require.FailNow(t, "it is not as legal as before", "seed %d, until %d: %+v then %+v is legal: %t, but of that is "+
						"left %+v", seed, until, before, after, want, rest)
				}
				f.count(want)
			}
		}
		t.Logf("%d ways to go on were legal, %d were not; %d of %d operations were left, %d stood for others",
			f.legal, f.illegal, f.left, f.all, f.stand)
		require.Greater(t, f.legal, f.illegal/20)
		require.Greater(t, f.illegal, f.legal/20)
		require.GreaterOrEqual(t, f.stand, f.all/10_000-1, "hardly anything stands for what was narrowed")
	})
}
