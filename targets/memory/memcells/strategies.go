package memcells

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/cells"
)

// Strategies lists the ways in which this package updates cells, the broken ones first.
func Strategies() []cells.Strategy { return append(broken(), correct()...) }

func broken() []cells.Strategy {
	return []cells.Strategy{
		{
			Name: "read-modify-write",
			Summary: "Loads the value, computes, and stores the result: load and store are atomic, but what another " +
				"client stored in between is overwritten.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(newLoadStore),
		},
		{
			Name: "read-lock-then-write-lock",
			Summary: "Reads under the read lock, lets go of it, and writes under the write lock: two clients can read " +
				"the same value before either writes.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(newLockUpgrade),
		},
		{
			Name: "sharded-total",
			Summary: "Updates each cell safely under its own lock, but reads the total cell by cell: money that moves " +
				"meanwhile is counted twice or not at all.",
			Shows:     map[string]string{cells.WalletWorkload: checkers.ReadSkew},
			Workloads: []string{cells.WalletWorkload},
			New:       newStore(newSharded),
		},
	}
}

func correct() []cells.Strategy {
	return []cells.Strategy{
		{
			Name:    "mutex",
			Summary: "Holds one lock from before the read until after the write.",
			New:     newStore(newMutex),
		},
		{
			Name:      "atomic",
			Summary:   "Changes the value by one atomic instruction.",
			Workloads: []string{cells.CounterWorkload, cells.RegisterWorkload},
			New:       newStore(newAtomic),
		},
		{
			Name: "compare-and-swap",
			Summary: "Computes a new state from the one it loaded, and puts it in place only if that one still stands; " +
				"else it begins anew.",
			New: newStore(newSnapshot),
		},
		{
			Name:    "single-owner",
			Summary: "Sends every request through a channel to the one goroutine that owns the cells.",
			New:     newStore(newOwner),
		},
	}
}
