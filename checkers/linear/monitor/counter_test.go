package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// counterSpec is a counter that starts at 3. Each act is drawn from acts; a read answers what it likes at first.
func counterSpec(name string, check func(*monitor.Part) monitor.Result, accept float64, acts ...monitor.Act) spec[int64] {
	return spec[int64]{
		name: name, start: 3, initial: 3, check: check, accept: accept,
		do: func(state int64, a monitor.Act) (int64, monitor.Act, bool) {
			switch a.Kind {
			case monitor.Read:
				return state, monitor.Act{Kind: monitor.Read, Value: state}, true
			case monitor.FetchAdd:
				return state + a.Value, monitor.Act{Kind: monitor.FetchAdd, Value: a.Value, Other: state}, true
			case monitor.Add:
				return state + a.Value, a, true
			}
			return state, a, false
		},
		draw: func(r *rand.Rand, _ int) monitor.Act { return acts[r.IntN(len(acts))] },
		wrong: func(r *rand.Rand, a monitor.Act) monitor.Act {
			switch a.Kind {
			case monitor.Read:
				a.Value += r.Int64N(5) - 2
			case monitor.FetchAdd:
				a.Other += r.Int64N(5) - 2
			}
			return a
		},
		forget: func(a monitor.Act) monitor.Act {
			switch a.Kind {
			case monitor.Read:
				a.Value = 77
			case monitor.FetchAdd:
				a.Other = 77
			}
			return a
		},
	}
}

func read() monitor.Act                { return monitor.Act{Kind: monitor.Read} }
func add(delta int64) monitor.Act      { return monitor.Act{Kind: monitor.Add, Value: delta} }
func fetchAdd(delta int64) monitor.Act { return monitor.Act{Kind: monitor.FetchAdd, Value: delta} }

func TestCounterAgreesWithSearch(t *testing.T) {
	agree(t, counterSpec("one", monitor.Counter, 1, add(1), read()))
	agree(t, counterSpec("down, mostly reads", monitor.Counter, 1, add(-2), read(), read()))
	agree(t, counterSpec("with zero", monitor.Counter, 1, add(1), add(0), read()))
	agree(t, counterSpec("two and minus three", monitor.Counter, 1, add(2), add(-3), read()))
	agree(t, counterSpec("one, two and minus one", monitor.Counter, 1, add(1), add(2), add(-1), read()))
	agree(t, counterSpec("one and minus one, mostly reads", monitor.Counter, 1, add(1), add(-1), read(), read()))
	agree(t, counterSpec("one to four", monitor.Counter, 1, add(1), add(2), add(3), add(4), read(), read()))
	agree(t, counterSpec("one, two and three", monitor.Counter, 1, add(1), add(2), add(3), read(), read()))
	agree(t, counterSpec("down by one and two", monitor.Counter, 1, add(-1), add(-2), read(), read()))
}

func TestFetchAndAddAgreesWithSearch(t *testing.T) {
	agree(t, counterSpec("one", monitor.FetchAndAdd, 1, fetchAdd(1)))
	agree(t, counterSpec("one, with reads", monitor.FetchAndAdd, 1, fetchAdd(1), read()))
	agree(t, counterSpec("one and zero, with adds", monitor.FetchAndAdd, 1, fetchAdd(1), fetchAdd(0), add(1)))
	agree(t, counterSpec("down", monitor.FetchAndAdd, 1, fetchAdd(-3), add(-3), read()))
	agree(t, counterSpec("one and two", monitor.FetchAndAdd, 1, fetchAdd(1), fetchAdd(2), read()))
	agree(t, counterSpec("one and minus one", monitor.FetchAndAdd, 1, fetchAdd(1), fetchAdd(-1), add(2), read()))
	agree(t, counterSpec("two and three, with adds", monitor.FetchAndAdd, 1, fetchAdd(2), fetchAdd(3), add(2), read()))
}

// Histories that are too long for brute force have moments in which more is left open, in more ways.
func TestCounterAgreesWithPorcupineOnLongerHistories(t *testing.T) {
	for _, s := range []spec[int64]{
		counterSpec("one", monitor.Counter, 1, add(1), read()),
		counterSpec("one and minus one", monitor.Counter, 1, add(1), add(-1), read()),
		counterSpec("one, two and minus one", monitor.Counter, 1, add(1), add(2), add(-1), read()),
		counterSpec("one, two and three", monitor.Counter, 1, add(1), add(2), add(3), read()),
		counterSpec("fetch-add of one and two, adds", monitor.FetchAndAdd, 1, fetchAdd(1), fetchAdd(2), add(1), add(2), read()),
		counterSpec("fetch-add of one and minus one", monitor.FetchAndAdd, 1, fetchAdd(1), fetchAdd(-1), add(1), read()),
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			illegal, count := 0, histories(t)/50
			for seed := range count {
				ops := s.crowded(rand.New(rand.NewPCG(uint64(seed), 2)))
				got := s.check(&monitor.Part{Ops: ops, Start: s.initial, Witness: true})
				name := fmt.Sprintf("seed %d: %+v", seed, ops)
				require.NotEqual(t, monitor.Unsuited, got.Status, name)
				require.Equal(t, s.porcupine(ops), got.Status == monitor.Legal, name)
				if got.Status == monitor.Legal {
					s.replay(t, name, ops, got.Order)
					continue
				}
				illegal++
				if !slices.ContainsFunc(ops, func(op monitor.Op) bool { return op.Kind == monitor.FetchAdd }) {
					require.False(t, s.porcupine(loosened(ops, got.Core)), "the core proves nothing: %v of %s", got, name)
				}
			}
			t.Logf("%d of %d illegal", illegal, count)
			require.Greater(t, illegal, count/50)
			require.Less(t, illegal, count*9/10)
		})
	}
}

// loosened lets what is not in a core take effect at any time, or never. Fetch-and-adds would forget what they saw.
func loosened(ops []monitor.Op, core []int32) []monitor.Op {
	var loose []monitor.Op
	for i, op := range ops {
		if !slices.Contains(core, int32(i)) {
			op.Return = monitor.Never
		}
		loose = append(loose, op)
	}
	return loose
}

// crowded makes a history of 12 to 20 operations, up to 8 open at once.
func (s *spec[S]) crowded(r *rand.Rand) []monitor.Op {
	ops, at, free := make([]monitor.Op, 12+r.IntN(9)), make([]int64, 0, 20), make([]int64, 4+r.IntN(5))
	for n := range ops {
		c := r.IntN(len(free))
		op := monitor.Op{Act: s.draw(r, n), Call: free[c] + r.Int64N(6)}
		op.Return = op.Call + r.Int64N(6)*r.Int64N(6)
		at, free[c] = append(at, op.Call+r.Int64N(op.Return-op.Call+1)), op.Return
		if r.IntN(20) == 0 {
			op.Return = monitor.Never
		}
		ops[n] = op
	}
	s.answer(r, ops, at)
	if i := r.IntN(len(ops)); r.IntN(2) == 0 && ops[i].Return != monitor.Never {
		ops[i].Act = s.wrong(r, ops[i].Act)
	}
	slices.SortStableFunc(ops, func(a, b monitor.Op) int { return int(a.Call - b.Call) })
	return ops
}
