package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// kinds are the vocabulary of a container.
type kinds struct {
	in, out, none monitor.Kind
	lifo          bool
	check         func(*monitor.Part) monitor.Result
}

func queues() kinds {
	return kinds{monitor.Enqueue, monitor.Dequeue, monitor.DequeueEmpty, false, monitor.Queue}
}

func stacks() kinds { return kinds{monitor.Push, monitor.Pop, monitor.PopEmpty, true, monitor.Stack} }

// take takes out of a container what comes first or last.
func (k kinds) take(inside []int64) (int64, []int64) {
	if k.lifo {
		return inside[len(inside)-1], inside[:len(inside)-1]
	}
	return inside[0], inside[1:]
}

// long makes a legal history that is too long for the oracles, with ties in time and unknown outcomes. More is put in than
// taken out for a while, then the other way round.
func (k kinds) long(r *rand.Rand, count int) []monitor.Op {
	spread, unknown, depth := 1+r.Int64N(40), []float64{0, 0.01, 0.1}[r.IntN(3)], 1+r.IntN(20)
	var inside []int64
	ops := make([]monitor.Op, count)
	for n := range ops {
		at := int64(n) * (1 + r.Int64N(2)) / 2
		if n > 0 {
			at = max(at, ops[n-1].Other)
		}
		op := &ops[n]
		op.Call, op.Return, op.Other = at-r.Int64N(spread), at+r.Int64N(spread), at
		fill := n/(2*depth)%2 == 0
		switch {
		case fill == (r.IntN(4) > 0):
			op.Kind, op.Value = k.in, int64(n)
			inside = append(inside, op.Value)
		case len(inside) == 0:
			op.Kind = k.none
		default:
			op.Kind = k.out
			op.Value, inside = k.take(inside)
		}
		if op.Kind != k.none && r.Float64() < unknown {
			op.Return = monitor.Never
		}
	}
	for n := range ops {
		ops[n].Other = 0
	}
	slices.SortStableFunc(ops, func(a, b monitor.Op) int { return int(a.Call - b.Call) })
	return ops
}

// disturb exchanges what two operations that took something got, or makes one find nothing, or makes one forget.
func (k kinds) disturb(r *rand.Rand, ops []monitor.Op) {
	var outs []int
	for i := range ops {
		if ops[i].Kind == k.out && ops[i].Return != monitor.Never {
			outs = append(outs, i)
		}
	}
	if len(outs) < 2 {
		return
	}
	n := r.IntN(len(outs) - 1)
	a, b := &ops[outs[n]], &ops[outs[min(len(outs)-1, n+1+r.IntN(4))]]
	switch r.IntN(4) {
	case 0:
		a.Act = monitor.Act{Kind: k.none}
	case 1:
		a.Return = monitor.Never
	default:
		a.Value, b.Value = b.Value, a.Value
	}
}

// follows holds that a witness explains the history.
func (k kinds) follows(t *testing.T, name string, ops []monitor.Op, order []int32) {
	t.Helper()
	var inside []int64
	latest, seen := int64(-1<<63), make([]bool, len(ops))
	for _, i := range order {
		op := &ops[i]
		latest = max(latest, op.Call)
		ok := !seen[i] && latest <= op.Return
		seen[i] = true
		switch {
		case op.Kind == k.in:
			inside = append(inside, op.Value)
		case op.Kind == k.none:
			ok = ok && len(inside) == 0
		case len(inside) == 0:
			ok = ok && op.Return == monitor.Never
		default:
			var v int64
			v, inside = k.take(inside)
			ok = ok && (op.Return == monitor.Never || v == op.Value)
		}
		require.True(t, ok, "%s: the witness is wrong at %d: %+v", name, i, op)
	}
	for i := range ops {
		require.True(t, seen[i] || ops[i].Return == monitor.Never, "%s: the witness lacks %d", name, i)
	}
}

// proves holds that a core of a long history is illegal, alone with its support.
func (k kinds) proves(t *testing.T, name string, ops []monitor.Op, got monitor.Result) bool {
	t.Helper()
	take := pile.first
	if k.lifo {
		take = pile.last
	}
	s := container("core", take, k.in, k.out, k.none)
	places := slices.Concat(got.Core, got.Support)
	slices.Sort(places)
	names := map[int64]int64{}
	var few []monitor.Op
	for _, i := range places {
		op := ops[i]
		if op.Return == monitor.Never && op.Kind == k.out || op.Kind == k.none {
			op.Value = 0
		} else {
			if _, ok := names[op.Value]; !ok {
				names[op.Value] = int64(len(names))
			}
			op.Value = names[op.Value]
		}
		few = append(few, op)
	}
	if len(few) > 10 {
		return false
	}
	bound := func(i int) bool { return few[i].Return != monitor.Never && slices.Contains(got.Core, places[i]) }
	require.False(t, s.linearizable(few, all, bound), "%s: the core proves nothing: %+v of %+v", name, got, few)
	return true
}

// TestContainersLong holds the monitors to what they say themselves of histories that no oracle can judge: each verdict
// comes with a proof that can be checked. Undisturbed histories must not be illegal besides.
func TestContainersLong(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]kinds{"queue": queues(), "stack": stacks()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			count := map[string]int{}
			for seed := range histories(t) / 10 {
				r := rand.New(rand.NewPCG(uint64(seed), 2))
				ops := k.long(r, 20+r.IntN(400))
				disturbed := seed%3 > 0
				for range seed % 3 {
					k.disturb(r, ops)
				}
				name := fmt.Sprintf("seed %d", seed)
				switch got := k.check(&monitor.Part{Ops: ops, Witness: true}); got.Status {
				case monitor.Legal:
					count["legal"]++
					k.follows(t, name, ops, got.Order)
				case monitor.Illegal:
					require.True(t, disturbed, "%s: %+v", name, got)
					count["illegal"]++
					if k.proves(t, name, ops, got) {
						count["proved"]++
					}
				default:
					count["unsuited"]++
				}
			}
			t.Log(count)
			all := histories(t) / 10
			require.Greater(t, count["legal"], all/3)
			require.Greater(t, count["illegal"], all/5)
			require.Greater(t, count["proved"], count["illegal"]/2)
			require.Less(t, count["unsuited"], all/10)
		})
	}
}
