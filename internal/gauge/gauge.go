// Package gauge measures what a function costs: processor time, and memory.
//
// On a machine that others use as well, the time that passes says little, and even the processor's time varies with what the
// others do to its caches. So everything here counts the processor's time, and [Side] runs what is to be compared in turn, so
// that it meets the same neighbours.
package gauge

import (
	"runtime"
	"slices"
	"time"
)

// AtLeast is how long a measurement takes if what is measured is shorter: it is then repeated, so that the clock can tell.
const AtLeast = 2 * time.Millisecond

// long is when one run is enough trouble that a few of them must do.
const long, few = time.Second, 3

// Cost is what one run takes.
type Cost struct {
	CPU   time.Duration // the median
	Bytes uint64        // allocated in all, whether it was freed meanwhile or not
	Runs  int           // of how many runs that is the median
}

// Plus adds what another work cost.
func (c Cost) Plus(other Cost) Cost {
	return Cost{CPU: c.CPU + other.CPU, Bytes: c.Bytes + other.Bytes, Runs: min(c.Runs, other.Runs)}
}

// Contender is what is measured beside others. If it gives an error, it is not run again, and what it cost until then is
// told.
type Contender func() error

// Side measures contenders side by side: each round runs each of them once, or as often as it takes to measure it. Those that
// take longer than a second are run three times at the most. It gives their costs and errors in the same order.
func Side(rounds int, contenders ...Contender) ([]Cost, []error) {
	m := make([]measured, len(contenders))
	for i, run := range contenders {
		m[i].warmUp(run, rounds)
	}
	for round := range rounds {
		for i, run := range contenders {
			if round < m[i].rounds && m[i].err == nil {
				m[i].again(run)
			}
		}
	}
	costs, errs := make([]Cost, len(contenders)), make([]error, len(contenders))
	for i := range m {
		slices.Sort(m[i].times)
		costs[i] = Cost{CPU: m[i].times[len(m[i].times)/2], Bytes: m[i].bytes, Runs: len(m[i].times)}
		errs[i] = m[i].err
	}
	return costs, errs
}

// measured is what is known of one contender.
type measured struct {
	batch  int // how many runs make one measurement
	rounds int
	times  []time.Duration
	bytes  uint64
	err    error
}

// Batch finds out how often something must run to be measured. It is not to be asked with the first run, which is often many
// times slower than those that follow, and so says little of how many of them make up the time.
func Batch(run func() error) (int, error) {
	for runs := 1; ; runs *= 2 {
		begin := CPU()
		for range runs {
			if err := run(); err != nil {
				return runs, err
			}
		}
		if CPU()-begin >= AtLeast {
			return runs, nil
		}
	}
}

// warmUp runs it once, which counts only if it takes long, so that warming up makes no difference, or is the only run.
func (m *measured) warmUp(run Contender, rounds int) {
	m.batch, m.rounds = 1, rounds
	m.again(run)
	first := m.times[0]
	switch {
	case m.err != nil || rounds == 0:
	case first > long:
		m.rounds = min(rounds, few) - 1
	default:
		m.times = m.times[:0]
		if first < 10*AtLeast {
			m.batch, m.err = Batch(run)
		}
	}
	if m.err != nil && len(m.times) == 0 {
		m.times = append(m.times, first)
	}
}

func (m *measured) again(run Contender) {
	runtime.GC() // what others left behind is not this one's to clear away
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := CPU()
	for range m.batch {
		if m.err = run(); m.err != nil {
			break
		}
	}
	took := CPU() - begin
	runtime.ReadMemStats(&after)
	m.times = append(m.times, took/time.Duration(m.batch))
	m.bytes = (after.TotalAlloc - before.TotalAlloc) / uint64(m.batch)
}
