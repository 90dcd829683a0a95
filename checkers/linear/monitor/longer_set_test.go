package monitor_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// agreeLong holds a monitor to the oracle on fewer histories that are longer, so that what happens depends on what
// happened long ago: of 40 operations by up to four clients, seldom of unknown outcome, and mostly with one wrong answer.
func agreeLong[S comparable](t *testing.T, s spec[S]) {
	t.Run(s.name+", longer", func(t *testing.T) {
		t.Parallel()
		count := histories(t) / 20
		seen := map[monitor.Status]int{}
		for seed := range count {
			ops := s.long(rand.New(rand.NewPCG(uint64(seed), 2)))
			got := s.check(&monitor.Part{Ops: ops, Start: s.initial, Witness: true})
			seen[got.Status]++
			name := fmt.Sprintf("seed %d: %+v", seed, ops)
			want := s.linearizable(ops, all, func(i int) bool { return ops[i].Return != monitor.Never })
			switch {
			case got.Status == monitor.Unsuited:
			case (got.Status == monitor.Legal) != want:
				require.FailNow(t, "wrong verdict", "%+v, but legal is %t: %s", got, want, name)
			case want:
				s.replay(t, name, ops, got.Order)
			case len(got.Core)+len(got.Support) < 12: // with more let loose, the oracle takes too long
				few := near(ops, &got)
				s.coreHolds(t, name, few, got)
			}
		}
		t.Logf("%d histories: %d legal, %d illegal, %d unsuited", count,
			seen[monitor.Legal], seen[monitor.Illegal], seen[monitor.Unsuited])
		require.Greater(t, seen[monitor.Legal], count/20, "too few legal histories to mean anything")
		require.Greater(t, seen[monitor.Illegal], count/20, "too few illegal histories to mean anything")
		require.GreaterOrEqual(t, float64(count-seen[monitor.Unsuited]), s.accept*float64(count), "too few suit the monitor")
	})
}

func (s *spec[S]) long(r *rand.Rand) []monitor.Op {
	free := make([]int64, 2+r.IntN(3))
	var ops []monitor.Op
	var at []int64
	for n := range 40 {
		c := r.IntN(len(free))
		op := monitor.Op{Act: s.draw(r, n), Call: free[c] + int64(r.IntN(3))}
		op.Return = op.Call + int64(r.IntN(6))
		point := op.Call + r.Int64N(op.Return-op.Call+1)
		free[c] = op.Return
		if r.IntN(20) == 0 {
			op.Return, point = monitor.Never, op.Call+r.Int64N(60)
		}
		ops, at = append(ops, op), append(at, point)
	}
	s.answer(r, ops, at)
	if i := r.IntN(len(ops)); ops[i].Return != monitor.Never {
		ops[i].Act = s.wrong(r, ops[i].Act)
	}
	slices.SortStableFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}

// farApart gives a monitor the values at great distances from one another, in the same order, from the least on.
func farApart(check func(*monitor.Part) monitor.Result) func(*monitor.Part) monitor.Result {
	spread := func(value int64) int64 { return (value-32)<<58 | value<<20 }
	return func(p *monitor.Part) monitor.Result {
		far := &monitor.Part{Ops: slices.Clone(p.Ops), Witness: p.Witness}
		for i := range far.Ops {
			if op := &far.Ops[i]; op.Kind != monitor.ReadAll {
				op.Value = spread(op.Value)
			}
		}
		for _, members := range p.Members {
			members = slices.Clone(members)
			for i := range members {
				members[i] = spread(members[i])
			}
			far.Members = append(far.Members, members)
		}
		return check(far)
	}
}

// near gives the operations of a core and its support, and names their places among those.
func near(ops []monitor.Op, got *monitor.Result) []monitor.Op {
	places := slices.Sorted(slices.Values(slices.Concat(got.Core, got.Support)))
	of := func(core []int32) []int32 {
		var among []int32
		for _, place := range core {
			among = append(among, int32(slices.Index(places, place)))
		}
		return among
	}
	got.Core, got.Support = of(got.Core), of(got.Support)
	var few []monitor.Op
	for _, place := range places {
		few = append(few, ops[place])
	}
	return few
}
