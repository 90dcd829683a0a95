package memkeys

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/keys"
)

// Strategies lists the ways in which this package makes one result a key, the broken ones first.
func Strategies() []keys.Strategy {
	return []keys.Strategy{
		{
			Name: "load-then-store",
			Summary: "Load from a sync.Map, and if there is nothing Store: each is safe by itself, but of two that find " +
				"nothing, both store.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			New:   newStore(newLoadThenStore),
		},
		{
			Name: "double-checked",
			Summary: "Looks under the read lock and again under the write lock, but lets go of that before it writes: two " +
				"can look twice before either writes.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			New:   newStore(newDoubleChecked),
		},
		{
			Name:    "load-or-store",
			Summary: "LoadOrStore of a sync.Map: one indivisible action.",
			New:     newStore(newLoadOrStore),
		},
		{
			Name:    "mutex",
			Summary: "Looks under the read lock, and again under the write lock, which it holds until it has written.",
			New:     newStore(newHeldThrough),
		},
		{
			Name: "singleflight",
			Summary: "One caller a key looks and stores, and who comes meanwhile waits for its result; who comes later finds " +
				"it by looking.",
			New: newStore(newFlights),
		},
	}
}
