package linear

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Every history that is found illegal has a prefix for each object that is: a legal one that nothing of known outcome can
// go on from, and as long as any; by whichever way it was found.
func TestIllegalHistoriesHavePrefixes(t *testing.T) {
	known := chance{failed: 0.1, wrong: 0.6}
	unknown := chance{unknown: 0.35, failed: 0.05, wrong: 0.8}
	for name, p := range map[string]chance{"known": known, "unknown": unknown} {
		prefixed(t, name, registerWorld(), p)
		prefixed(t, name, uniqueWorld(), p)
		prefixed(t, name, counterWorld("counter of several sizes", 0, 0, 1, 2, -1), p)
		prefixed(t, name, fetchAddWorld(), p)
		prefixed(t, name, logWorld(), p)
		prefixed(t, name, bagWorld(), p)
		prefixed(t, name, blurredWorld(), p)
		prefixed(t, name, walletWorld("wallet", "ddtrrRR"), p)
		prefixed(t, name, walletWorld("accounts", "drrr"), p)
		prefixed(t, name, typedRegister(), p)
		prefixed(t, name, typedFetchAdd(), p)
	}
}

func prefixed[S comparable, I, O any](t *testing.T, name string, w world[S, I, O], p chance) {
	t.Run(w.name+"/"+name, func(t *testing.T) {
		t.Parallel()
		illegal, count := 0, histories()/2
		for seed := range count {
			h := w.random(rand.New(rand.NewPCG(uint64(seed), 6)), p)
			prune := pruning(seed) & everything
			v := Check(t.Context(), w.model, h, WithOrders(), withPruning(prune))
			if v.Status != checkers.Invalid {
				require.Empty(t, v.Prefixes)
				continue
			}
			illegal++
			if bad := flawOfPrefixes(w.model, h, &v); bad != "" {
				require.FailNow(t, bad, "seed %d, pruning %07b: %+v of %+v", seed, prune, v.Prefixes, h.Ops)
			}
		}
		require.Greater(t, illegal, count/10)
	})
}

// flawOfPrefixes says what is wrong with the prefixes of an illegal history that is small.
func flawOfPrefixes[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O], v *checkers.Verdict) string {
	if len(v.Prefixes) != len(v.Anomalies) {
		return fmt.Sprintf("%d prefixes for %d objects", len(v.Prefixes), len(v.Anomalies))
	}
	for n, p := range v.Prefixes {
		if !p.Longest {
			return "it is not known to be the longest"
		}
		if p.Object != v.Anomalies[n].Object {
			return "it is of another object than the anomaly"
		}
		if bad := flawOfPrefix(m, h, p); bad != "" {
			return bad
		}
	}
	return ""
}

func flawOfPrefix[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O], p checkers.Prefix) string {
	of := func(int) bool { return true } // whether an operation is of the object
	if p.Object != "" {
		key, _ := m.Key(h.Ops[p.Stuck[0]].Input)
		of = func(i int) bool { k, _ := m.Key(h.Ops[i].Input); return k == key }
	}
	b := newBeginnings(m, h, of)
	for _, i := range p.Ops {
		if !of(i) || !slices.Contains(b.candidates(), i) {
			return fmt.Sprintf("#%d can't come where it does", i)
		}
		if b.put(i); len(b.states) == 0 {
			return fmt.Sprintf("#%d is not legal where it comes", i)
		}
	}
	if words := fmt.Sprint(b.states[0]); len(b.states) == 1 && p.State != words {
		return "the state is " + words
	}
	var stuck []int
	for _, i := range b.candidates() {
		if h.Ops[i].Outcome == history.OK {
			stuck = append(stuck, i)
			if len(b.after(i)) > 0 {
				return fmt.Sprintf("#%d goes on from it", i)
			}
		}
	}
	if !slices.Equal(stuck, p.Stuck) || len(stuck) == 0 {
		return fmt.Sprintf("%v are stuck", stuck)
	}
	bound := b.bound()
	if longest := newBeginnings(m, h, of).longest(); longest < bound || p.Longest && longest > bound {
		return fmt.Sprintf("it has %d of known outcome, and the longest %d", bound, longest)
	}
	return ""
}

// beginnings tries all beginnings of orders of the operations of an object. It is as simple as can be, to be right at sight.
type beginnings[S comparable, I, O any] struct {
	m      Model[S, I, O]
	h      *history.History[I, O]
	of     func(i int) bool
	taken  []bool
	states []S // in which the object may be
}

func newBeginnings[S comparable, I, O any](
	m Model[S, I, O], h *history.History[I, O], of func(i int) bool,
) *beginnings[S, I, O] {
	return &beginnings[S, I, O]{m, h, of, make([]bool, len(h.Ops)), make([]S, 1)}
}

// candidates gives the operations that no other must come before, legal or not.
func (b *beginnings[S, I, O]) candidates() (all []int) {
candidates:
	for i := range b.h.Ops {
		if b.taken[i] || !b.of(i) || b.h.Ops[i].Outcome == history.Failed {
			continue
		}
		for j := range b.h.Ops {
			if b.of(j) && !b.taken[j] && b.h.Ops[j].Outcome == history.OK && b.h.Ops[j].Return < b.h.Ops[i].Call {
				continue candidates
			}
		}
		all = append(all, i)
	}
	return all
}

func (b *beginnings[S, I, O]) after(i int) (states []S) {
	for _, state := range b.states {
		for _, to := range stepsOf(b.m, state, &b.h.Ops[i]) {
			if !slices.Contains(states, to) {
				states = append(states, to)
			}
		}
	}
	return states
}

func (b *beginnings[S, I, O]) put(i int) { b.states, b.taken[i] = b.after(i), true }

// bound is how many operations of known outcome are in it.
func (b *beginnings[S, I, O]) bound() (n int) {
	for i := range b.h.Ops {
		if b.taken[i] && b.h.Ops[i].Outcome == history.OK {
			n++
		}
	}
	return n
}

// longest is how many of them there are at the most in those that go on from it.
func (b *beginnings[S, I, O]) longest() int {
	most := b.bound()
	for _, i := range b.candidates() {
		before := b.states
		if b.put(i); len(b.states) > 0 {
			most = max(most, b.longest())
		}
		b.states, b.taken[i] = before, false
	}
	return most
}

// Where the time is over at once, or the memory, no order is searched for, and one that only ever goes on is given: which may
// come to the end, if the history is legal.
func TestUndecidedHistoriesHavePrefixes(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	p := chance{unknown: 0.2, failed: 0.05, wrong: 0.5}
	for name, check := range map[string]limits{"time": {over, DefaultMemory}, "memory": {t.Context(), 1}} {
		hurried(t, name, check, registerWorld(), p)
		hurried(t, name, check, logWorld(), p)
		hurried(t, name, check, blurredWorld(), p)
		hurried(t, name, check, walletWorld("accounts", "drrr"), p)
		hurried(t, name, check, typedRegister(), p)
	}
}

type limits struct {
	ctx    context.Context
	memory int64
}

func hurried[S comparable, I, O any](t *testing.T, name string, by limits, w world[S, I, O], p chance) {
	t.Run(w.name+"/"+name, func(t *testing.T) {
		t.Parallel()
		count, some := histories()/2, 0
		for seed := range count {
			h := w.random(rand.New(rand.NewPCG(uint64(seed), 7)), p)
			v := Check(by.ctx, w.model, h, WithOrders(), WithMemory(by.memory))
			if v.Status == checkers.Undecided {
				some += len(v.Prefixes)
				require.True(t, len(v.Prefixes) > 0 || bruteForce(w.model, h), "seed %d: none of %+v", seed, h.Ops)
			}
			for _, prefix := range v.Prefixes {
				if bad := flawOfPrefix(w.model, h, prefix); bad != "" {
					require.FailNow(t, bad, "seed %d: %+v of %+v", seed, prefix, h.Ops)
				}
			}
		}
		require.Greater(t, some, count/10)
	})
}

func TestPrefix(t *testing.T) {
	h := of(write(1, 0, 1, 7), read(2, 2, 3, 7), write(1, 4, 5, 8), read(2, 6, 9, 7), read(3, 7, 8, 9), read(1, 10, 11, 8))
	v := Check(t.Context(), wordyRegister(), h, WithOrders())
	require.Equal(t, checkers.Invalid, v.Status)
	assert.Empty(t, v.Orders)
	assert.Equal(t, []checkers.Prefix{{Ops: []int{0, 1, 2}, State: "8", Stuck: []int{3, 4}, Longest: true}}, v.Prefixes)
	assert.Empty(t, Check(t.Context(), wordyRegister(), h).Prefixes, "nobody limits")
}

// What is wrong near the end of a long history is where the prefix ends, whoever decides the history.
func TestPrefixesOfLongHistories(t *testing.T) {
	never := func(in put, _ got) (got, bool) { return got{value: -1}, in.kind == 'r' }
	late := func(_, out int) (int, bool) { return out - 100, true }
	endsNear(t, 4, rwWorld(), never)
	endsNear(t, 4, typedRegister(), never)
	endsNear(t, 32, typedFetchAdd(), late)
	endsNear(t, 32, typedCounter(0, 1), func(in, out int) (int, bool) { return out - 100, in == 0 })
}

func endsNear[S comparable, I, O any](t *testing.T, clients int, w world[S, I, O], wrong func(I, O) (O, bool)) {
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		h, at := spoiled(clients, w, wrong)
		v := Check(t.Context(), w.model, h, WithOrders())
		require.Equal(t, checkers.Invalid, v.Status)
		require.Len(t, v.Prefixes, 1)
		p := v.Prefixes[0]
		require.True(t, p.Longest)
		require.Contains(t, p.Stuck, at)
		require.InDelta(t, at, len(p.Ops), 100)
		require.NoError(t, Replay(w.model, h, 0, p.Ops))
	})
}

// spoiled makes a history of 10,000 operations with one wrong answer after nine in ten.
func spoiled[S comparable, I, O any](
	clients int, w world[S, I, O], wrong func(I, O) (O, bool),
) (h *history.History[I, O], at int) {
	h = w.load(1, clients, 10_000, 0)
	for at = 9000; ; at++ {
		op := &h.Ops[at]
		if out, ok := wrong(op.Input, op.Output); ok {
			op.Output = out
			return h, at
		}
	}
}

// Where no search comes to an end, what it came upon is given, and not called the longest.
func TestPrefixesOfWhatIsTooHard(t *testing.T) {
	t.Parallel()
	h, _ := spoiled(32, rwWorld(), func(in put, _ got) (got, bool) { return got{value: -1}, in.kind == 'r' })
	v := Check(t.Context(), rwWorld().model, h, WithOrders(), WithMemory(1<<20))
	require.Equal(t, checkers.Undecided, v.Status)
	require.Len(t, v.Prefixes, 1)
	p := v.Prefixes[0]
	require.False(t, p.Longest)
	require.NotEmpty(t, p.Ops)
	require.NotEmpty(t, p.Stuck)
	require.NoError(t, Replay(rwWorld().model, h, 0, p.Ops))
	require.Error(t, Replay(rwWorld().model, h, 0, append(p.Ops, p.Stuck[0])))
	t.Logf("%d operations", len(p.Ops))
}
