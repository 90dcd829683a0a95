package monitor_test

import (
	"math/rand/v2"
	"testing"

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
