package memquota

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/quota"
)

// Strategies lists the ways in which this package takes from a quota, the broken ones first.
func Strategies() []Strategy {
	shows := func(anomaly string) map[string]string { return map[string]string{quota.Name: anomaly} }
	return []Strategy{
		{
			Name: "check-then-increment",
			Summary: "Loads the counter, and if there is room adds: both are atomic, but of those who find the same room all " +
				"add.",
			Shows: shows(checkers.OverLimit),
			New:   newTarget(newLoadThenAdd),
		},
		{
			Name:    "lock-between",
			Summary: "Looks under a lock, lets go of it, and takes under the lock: the room that it found may be gone by then.",
			Shows:   shows(checkers.OverLimit),
			New:     newTarget(newBetween),
		},
		{
			Name: "increment-then-undo",
			Summary: "Adds, and if that was too much takes it back: meanwhile the room counts as taken, and who asks for less, " +
				"which would fit, is refused.",
			Shows: shows(checkers.FalseRefusal), Ops: 2000,
			New: newTarget(newAddThenUndo),
		},
		{
			Name:    "mutex",
			Summary: "Holds one lock from before it looks until after it has taken.",
			New:     newTarget(newGuarded),
		},
		{
			Name: "compare-and-swap",
			Summary: "Computes what is used then from what it loaded, and puts it in place only if that still stands; else it " +
				"begins anew.",
			New: newTarget(newSwapped),
		},
	}
}
