// Package strategy is what the catalogue knows of a way in which an engine works, whatever it is that it works on.
package strategy

import "github.com/lostupdate/stress/harness"

// Of is one way in which an engine serves workloads through a store of the type S, and what it must show.
type Of[S any] struct {
	// Name is the strategy's name, shared by engines that do the same, e.g. "row-lock".
	Name string
	// Summary is one sentence for people: what the code does, and if it is broken, why it is.
	Summary string
	// Shows is the anomaly that a broken strategy must show, by workload. A strategy without any is correct.
	Shows map[string]string
	// Refuses: correct, but gives up on conflicts instead of trying again; no repair by itself.
	Refuses bool
	// Workloads are those for which the strategy makes sense; none means all that such a store serves.
	Workloads []string
	// Ops is how many operations it takes to show the anomaly reliably, where that is more than usual; at most 2,000.
	Ops int
	// New makes a store of it. DSN is empty for the embedded engine. Seed is for chance that belongs to the strategy
	// itself, such as a holder of a lock that pauses.
	New func(dsn string, seed uint64) S
}

// Correct reports whether the strategy must show no anomaly.
func (s Of[S]) Correct() bool { return len(s.Shows) == 0 }

// Serves reports whether the strategy makes sense for the workload, one of those that such a store serves.
func (s Of[S]) Serves(workload string) bool {
	for _, w := range s.Workloads {
		if w == workload {
			return true
		}
	}
	return len(s.Workloads) == 0
}

// For is one way in which an engine serves one workload, W with the inputs I and the outputs O, by targets that are made
// for it alone.
type For[W, I, O any] = Of[func(W) harness.Target[I, O]]
