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
	for i, v := range variants(stackSpec(), monitor.Push, monitor.Pop) {
		if i == 1 {
			continue // with more pushes of unknown outcome, brute force takes too long
		}
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

// TestStackForgetsNothingThatOrdersTheRest pops what is left of crowded histories in many orders.
func TestStackForgetsNothingThatOrdersTheRest(t *testing.T) {
	t.Parallel()
	f := flow{in: monitor.Push, out: monitor.Pop, none: monitor.PopEmpty}
	for i, unknown := range []float64{0, 0.1, 0.4} {
		random := func(r *rand.Rand) []monitor.Op { return crowd(r, 8+r.IntN(7), unknown) }
		takesRest(t, stackSpec(), f, rests{fmt.Sprint(unknown), histories(t) / 16, uint64(3 + i), random})
	}
	takesRest(t, stackSpec(), f, rests{"buried", histories(t), 6, f.buried})
}

// TestStackForgetsNothingOfALongHistory holds what is left of histories that are too long for the oracles to what the
// monitor says of everything.
func TestStackForgetsNothingOfALongHistory(t *testing.T) {
	t.Parallel()
	k, count, left, all := stacks(), map[monitor.Status]int{}, 0, 0
	for seed := range histories(t) / 8 {
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
	require.Greater(t, count[monitor.Legal], histories(t)/40)
	require.Greater(t, count[monitor.Illegal], histories(t)/40)
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
