package monitor_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// forgetful is a counter that may begin anywhere. From the turn on, other acts may come than those before.
func forgetful(name string, turn int, others []monitor.Act, acts ...monitor.Act) spec[int64] {
	s := counterSpec(name, nil, 1, acts...)
	s.from, s.less = func(p *monitor.Part) int64 { return p.Start }, 4
	draw := s.draw
	s.draw = func(r *rand.Rand, n int) monitor.Act {
		if n >= turn && r.IntN(2) == 0 {
			return others[r.IntN(len(others))]
		}
		return draw(r, n)
	}
	return s
}

func TestCounterForgetsWhatCannotMatter(t *testing.T) {
	others := []monitor.Act{add(-1), add(2), add(-3), fetchAdd(-1), add(1<<62 + 1<<61)}
	for _, s := range []spec[int64]{
		counterSpec("one", nil, 1, add(1), read()),
		counterSpec("down, mostly reads", nil, 1, add(-2), read(), read()),
		counterSpec("with zero", nil, 1, add(1), add(0), read()),
		counterSpec("two and minus three", nil, 1, add(2), add(-3), read()),
		counterSpec("one, two and minus one", nil, 1, add(1), add(2), add(-1), read()),
		counterSpec("one and minus one, mostly reads", nil, 1, add(1), add(-1), read(), read()),
		counterSpec("one, two and three", nil, 1, add(1), add(2), add(3), read(), read()),
		counterSpec("down by one and two", nil, 1, add(-1), add(-2), read(), read()),
	} {
		acts := s.draw
		s = forgetful(s.name, 100, nil)
		s.draw = acts
		forgets(t, s)
	}
	for _, turn := range [...]int{2, 4, 6} {
		forgets(t, forgetful("one, then others", turn, others, add(1), read()))
		forgets(t, forgetful("down by two, then others", turn, []monitor.Act{add(2), add(-4), add(3)}, add(-2), read(), read()))
		forgets(t, forgetful("one and two, then others", turn, others, add(1), add(2), read()))
		forgets(t, forgetful("one and minus one, then others", turn, others, add(1), add(-1), read()))
	}
}

func TestFetchAndAddForgetsWhatCannotMatter(t *testing.T) {
	others := []monitor.Act{add(-1), fetchAdd(2), fetchAdd(-1), fetchAdd(-3), read()}
	for _, turn := range [...]int{2, 4, 6, 100} {
		forgets(t, forgetful("one", turn, others, fetchAdd(1)))
		forgets(t, forgetful("one, with reads", turn, others, fetchAdd(1), read()))
		forgets(t, forgetful("one and zero, with adds", turn, others, fetchAdd(1), fetchAdd(0), add(1)))
		forgets(t, forgetful("one, with adds and reads", turn, others, fetchAdd(1), add(1), read()))
		forgets(t, forgetful("down", turn, others, fetchAdd(-3), add(-3), read()))
		forgets(t, forgetful("one and two", turn, others, fetchAdd(1), fetchAdd(2), read()))
		forgets(t, forgetful("one and minus one", turn, others, fetchAdd(1), fetchAdd(-1), add(2), read()))
		forgets(t, forgetful("two and three, with adds", turn, others, fetchAdd(2), fetchAdd(3), add(2), read()))
	}
}

// In the first history either both that add 1 came first, or the one that adds 2, of which it is not known yet. In the
// second the read of 0 was called when 1 had been added for sure, so it waits until something is subtracted.
func TestFetchAndAddForgetsNothingThatComesDown(t *testing.T) {
	t.Parallel()
	down := op(monitor.FetchAdd, -2, 2, 41, 42)
	for name, c := range map[string]struct{ before, legal, illegal []monitor.Op }{
		"who came first": {
			[]monitor.Op{
				op(monitor.FetchAdd, 1, 0, 0, 50), op(monitor.FetchAdd, 2, 0, 0, 60), op(monitor.FetchAdd, 1, 1, 0, 70),
				op(monitor.Read, 2, 0, 10, 20),
			},
			[]monitor.Op{down, op(monitor.Read, 1, 0, 43, 44)}, []monitor.Op{down, op(monitor.Read, -1, 0, 43, 44)},
		},
		"what was passed": {
			[]monitor.Op{op(monitor.Add, 1, 0, 0, 5), op(monitor.Read, 0, 0, 7, 60), op(monitor.FetchAdd, 1, 1, 10, 20)},
			[]monitor.Op{down}, []monitor.Op{op(monitor.Read, 2, 0, 61, 62)},
		},
	} {
		rest, _ := monitor.Forget(&monitor.Part{Ops: c.before}, 40)
		for want, after := range map[monitor.Status][]monitor.Op{monitor.Legal: c.legal, monitor.Illegal: c.illegal} {
			require.Equal(t, want, monitor.FetchAndAdd(&monitor.Part{Ops: join(c.before, after)}).Status, name)
			got := monitor.FetchAndAdd(&monitor.Part{Ops: join(rest.Ops, after), Start: rest.Start}).Status
			require.Equal(t, want, got, "%s: %+v is left", name, rest)
		}
	}
}

func sumsLoad(count, clients int, acts ...monitor.Act) monitor.Part {
	s := counterSpec("", nil, 1, acts...)
	return monitor.Part{Ops: s.loop(rand.New(rand.NewPCG(1, uint64(clients))), count, clients), Start: s.initial}
}

// What is left is what each client does; and of unknown outcomes those that nobody needed yet.
func TestCounterStaysSmall(t *testing.T) {
	for _, clients := range [...]int{10, 100, 1000} {
		stays(t, named("one", clients), sumsLoad(100_000, clients, add(1), read()), 1000, clients)
		stays(t, named("fetch-and-add", clients), sumsLoad(100_000, clients, fetchAdd(1)), 1000, clients)
		stays(t, named("fetch-and-add of two, with reads", clients), sumsLoad(100_000, clients, fetchAdd(2), read()), 1000, clients)
		stays(t, named("fetch-and-add of one and two", clients), sumsLoad(100_000, clients, fetchAdd(1), fetchAdd(2)), 1000, clients)
		stays(t, named("only adds", clients), sumsLoad(100_000, clients, add(1), add(7), add(-2)), 1000, clients)
		for _, load := range [...]monitor.Part{sumsLoad(100_000, clients, add(1), read()), sumsLoad(100_000, clients, fetchAdd(1))} {
			lose(load.Ops, 100, all)
			stays(t, named("unknown outcomes", clients), load, 1000, clients+clients/5)
		}
	}
}

// Where there are several ways for a history to go, what is left reaches back to where they part. That is no further than
// the longest operations last that were under way together, and each client can make a dozen short ones in that
// time.
func TestCounterOfSeveralWaysStaysSmall(t *testing.T) {
	for _, clients := range [...]int{10, 100, 1000} {
		stays(t, named("fetch-and-add with add", clients), sumsLoad(100_000, clients, fetchAdd(1), add(1), read()), 1000, 12*clients)
	}
	for _, clients := range [...]int{5, 10, 20} {
		size := 30_000 / (1 + clients/20*2)
		for name, acts := range map[string][]monitor.Act{
			"one and minus one":                  {add(1), add(-1), read()},
			"one and two":                        {add(1), add(2), read()},
			"one, two and minus three":           {add(1), add(2), add(-3), read()},
			"fetch-and-add of one and minus one": {fetchAdd(1), fetchAdd(-1), read()},
		} {
			stays(t, named(name, clients), sumsLoad(size, clients, acts...), 500, 12*clients)
		}
	}
}
