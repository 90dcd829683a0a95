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
			Name: "copied-struct",
			Summary: "Loads the state from behind an atomic pointer, changes a copy, and stores that: readers always see a whole " +
				"state, but one that another client stored in between is gone.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(newCopied),
		},
		{
			Name: "sync-map-load-store",
			Summary: "Load from a sync.Map, compute, and Store: each is safe by itself, but what another client stored in between " +
				"is overwritten.",
			Shows: map[string]string{
				cells.CounterWorkload: checkers.LostUpdate, cells.RegisterWorkload: checkers.LostUpdate,
			},
			Workloads: []string{cells.CounterWorkload, cells.RegisterWorkload},
			New:       newStore(newMapLoadStore),
		},
		{
			Name: "errgroup-shared-map",
			Summary: "The goroutines of an errgroup read from a shared map what they need, and the result is written to it after " +
				"Wait: each access is under the lock, which is let go of between them.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(newGrouped),
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
			Name: "sync-map-compare-and-swap",
			Summary: "Computes a new value from the one it loaded from a sync.Map, and CompareAndSwap puts it in place only if that " +
				"one still stands; else it begins anew.",
			Workloads: []string{cells.CounterWorkload, cells.RegisterWorkload},
			New:       newStore(newMapSwap),
		},
		{
			Name:    "single-owner",
			Summary: "Sends every request through a channel to the one goroutine that owns the cells.",
			New:     newStore(newOwner),
		},
	}
}
