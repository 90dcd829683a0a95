package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// multisetSpec is a priority queue of values below 16, some of which may be there up to 15 times: its state counts them.
func multisetSpec(name string, puts float64, value func(r *rand.Rand, n int) int64) spec[uint64] {
	s := prioritySpec(name, puts, value)
	s.do = func(state uint64, a monitor.Act) (uint64, monitor.Act, bool) {
		switch {
		case a.Kind == monitor.Put:
			return state + 1<<(4*a.Value), a, true
		case state == 0:
			return 0, monitor.Act{Kind: monitor.PollEmpty}, true
		}
		least := int64(0)
		for state>>(4*least)&15 == 0 {
			least++
		}
		return state - 1<<(4*least), monitor.Act{Kind: monitor.Poll, Value: least}, true
	}
	return s
}

func TestPriorityQueueForgetsWhatCannotMatter(t *testing.T) {
	t.Parallel()
	forgets(t, multisetSpec("mixed", 0.5, func(_ *rand.Rand, n int) int64 { return int64(5 * n % 16) }))
	forgets(t, multisetSpec("drains", 0.35, func(_ *rand.Rand, n int) int64 { return int64(7 * n % 16) }))
	forgets(t, multisetSpec("descending", 0.5, func(_ *rand.Rand, n int) int64 { return int64(15 - n%16) }))
	forgets(t, multisetSpec("repeats", 0.5, func(r *rand.Rand, _ int) int64 { return int64(r.IntN(6)) }))
}

// TestPriorityQueueForgetsNothingThatOrdersTheRest has it mostly unknown who took what.
func TestPriorityQueueForgetsNothingThatOrdersTheRest(t *testing.T) {
	t.Parallel()
	f := flow{in: monitor.Put, out: monitor.Poll, none: monitor.PollEmpty, least: true}
	takesRest(t, multisetSpec("buried", 0, nil), f, rests{"buried", histories(t), 6, f.buried})
}

func TestPriorityQueueForgetsAgainAndAgain(t *testing.T) {
	t.Parallel()
	f := flow{
		in: monitor.Put, out: monitor.Poll, none: monitor.PollEmpty, least: true,
		value: func(_ *rand.Rand, n int) int64 { return int64(37 * n % 101) },
	}
	f.forgetsLong(t, "no polls of unknown outcome", 60)
	f.forgetsLong(t, "short, no polls of unknown outcome", 12)
	f.unsure = true
	f.forgetsLong(t, "all", 60)
	f.forgetsLong(t, "short", 20)
}

func TestPriorityQueueStaysSmall(t *testing.T) {
	t.Parallel()
	for clients, most := range fewLeft() {
		load := func() []monitor.Op { return busyPriorities(100_000, clients).Ops }
		name := fmt.Sprint(clients, " clients")
		stays(t, name, monitor.Part{Ops: load()}, 1000, most)
		ops := unsettled(load(), 100, monitor.Poll, monitor.Put)
		stays(t, name+", unknown outcomes", monitor.Part{Ops: ops}, 1000, most)
		ops = inVain(ops, monitor.Act{Kind: monitor.Poll}, 20)
		stays(t, name+", polls in vain", monitor.Part{Ops: ops}, 1000, most+20)
	}
}

// The poll of 9 cannot come before the poll of 1 does, when 5 is there, too. So that 1 is forgotten must not mean that 9 was
// taken before 5 was put, or else another may take 5 later, which the poll of unknown outcome must have taken.
func TestPriorityQueueForgetsNotWhatKeptAPollWaiting(t *testing.T) {
	t.Parallel()
	before := []monitor.Op{
		put(1, 0, 0), put(9, 0, 0), put(20, 0, 0), poll(9, 3, 8), put(5, 4, 4), poll(1, 5, 5), poll(0, 6, monitor.Never),
		poll(20, 7, 20),
	}
	rest, _ := monitor.Forget(&monitor.Part{Ops: before}, 10)
	require.Less(t, len(rest.Ops), len(before))
	for _, after := range [][]monitor.Op{{poll(5, 11, 12)}, {pollEmpty(21, 22)}} {
		want := monitor.PriorityQueue(&monitor.Part{Ops: join(before, after)}).Status
		require.NotEqual(t, monitor.Unsuited, want)
		require.Equal(t, want, monitor.PriorityQueue(&monitor.Part{Ops: join(rest.Ops, after)}).Status)
	}
}

// Of what polls of unknown outcome must have taken before the poll of 5 returned, one took something only at 20. The poll of
// 9 had to wait for that, and then for 7 to go as well, which the last of them must have taken.
func TestPriorityQueueForgetsNothingThatServesAPoll(t *testing.T) {
	t.Parallel()
	const never = monitor.Never
	s := multisetSpec("", 0, nil)
	f := forgetting[uint64]{spec: &s}
	for name, c := range map[string]struct{ before, legal, illegal []monitor.Op }{
		"it waited": {
			[]monitor.Op{
				put(1, 0, 0), put(2, 0, 0), put(5, 0, 0), put(9, 0, 0), put(11, 0, 0), poll(0, 5, never), poll(9, 6, 38),
				poll(5, 6, 22), put(7, 18, 18), poll(0, 20, never), poll(11, 25, 60), poll(0, 28, never),
			},
			[]monitor.Op{pollEmpty(61, 62)}, []monitor.Op{poll(7, 41, 42)},
		},
		"there are too few": {
			[]monitor.Op{
				put(1, 0, 0), put(2, 0, 0), put(3, 0, 0), put(9, 0, 0), poll(0, 5, never), poll(9, 6, 8), poll(0, 30, never),
			},
			nil, []monitor.Op{pollEmpty(61, 62)},
		},
	} {
		rest := f.forget(t, f.begin().with(c.before), 40)
		require.False(t, f.explained(f.begin(), join(c.before, c.illegal)), name)
		require.False(t, f.explained(rest, c.illegal), "%s: %+v is left", name, rest)
		if c.legal != nil {
			require.True(t, f.explained(f.begin(), join(c.before, c.legal)), name)
			require.True(t, f.explained(rest, c.legal), "%s: %+v is left", name, rest)
		}
	}
}
