package linear

import (
	"context"
	"math"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// How much is tried on an object in the first round, in steps of the model, and how much more in each round after.
const (
	effortPerOp  = 8
	effortAtOnce = 1 << 11
	effortGrowth = 16
	rounds       = 5 // the last is without bound

	maxEffort = math.MaxInt64
)

// worthSharing is how many operations a history must have to be checked by several goroutines.
const worthSharing = 512

// all checks the objects in rounds, so that an easy violation is found before a hard object takes all the time. The
// rounds are counted in steps, never in time: which objects are decided does not depend on the machine.
func (c *check[S, I, O]) all(ctx context.Context, objects []object) []finding {
	findings := make([]finding, len(objects))
	open := c.plan(ctx, objects, findings)
	first := 0
	if len(objects) == 1 {
		first = rounds - 1
	}
	for round := first; round < rounds && len(open) > 0; round++ {
		c.round(ctx, round, objects, open, findings)
		open = stillOpen(open, findings)
		if illegal(findings) {
			break
		}
	}
	return findings
}

// illegal says whether an object was found to have no legal order; all must have been begun.
func illegal(findings []finding) bool {
	for i := range findings {
		if findings[i].halt == exhausted {
			return true
		}
	}
	return false
}

// stillOpen gives the objects that may be decided with more effort.
func stillOpen(open []int, findings []finding) []int {
	var still []int
	for _, i := range open {
		if findings[i].halt == outOfEffort {
			still = append(still, i)
		}
	}
	return still
}

// round checks objects side by side, those with the fewest operations first. One that found the memory taken by others
// is tried again when it can have all of it, so that the verdict does not depend on who came first.
func (c *check[S, I, O]) round(ctx context.Context, round int, objects []object, open []int, findings []finding) {
	share(len(open), len(c.h.Ops), func(next func() int) {
		w := newWorker(ctx, c)
		for n := next(); n < len(open); n = next() {
			i := open[n]
			findings[i] = w.one(objects[i], effort(round, len(objects[i].ops)))
		}
	})
	if len(open) == 1 {
		return
	}
	for _, i := range open {
		if findings[i].halt == outOfMemory {
			findings[i] = newWorker(ctx, c).one(objects[i], effort(round, len(objects[i].ops)))
		}
	}
}

// share has the work on so many objects done side by side, or, where there is little of it, in one place. Next gives
// numbers from 0 on, each once.
func share(objects, ops int, work func(next func() int)) {
	var taken atomic.Int64
	next := func() int { return int(taken.Add(1) - 1) }
	if objects < 2 || ops < worthSharing {
		work(next)
		return
	}
	var g errgroup.Group
	for range min(objects, runtime.GOMAXPROCS(0)) {
		g.Go(func() error { work(next); return nil })
	}
	_ = g.Wait() // the functions above return no errors
}

// effort is how many steps an object of so many operations may take in a round.
func effort(round, ops int) int64 {
	if round == rounds-1 {
		return math.MaxInt64
	}
	steps := int64(effortAtOnce + effortPerOp*ops)
	for range round {
		steps *= effortGrowth
	}
	return steps
}
