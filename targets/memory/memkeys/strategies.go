package memkeys

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/keys"
)

// Strategies lists the ways in which this package makes one result a key, the broken ones first.
func Strategies() []keys.Strategy { return append(broken(), correct()...) }

func broken() []keys.Strategy {
	return []keys.Strategy{
		{
			Name: "load-then-store",
			Summary: "Load from a sync.Map, and if there is nothing Store: each is safe by itself, but of two that find " +
				"nothing, both store.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			Ops:   1600,
			New:   newStore(newLoadThenStore),
		},
		{
			Name: "double-checked",
			Summary: "Looks under the read lock and again under the write lock, but lets go of that before it writes: two " +
				"can look twice before either writes.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			Ops:   1600,
			New:   newStore(newDoubleChecked),
		},
		{
			Name: "check-then-lock",
			Summary: "Looks under the read lock, and if there is nothing writes under the write lock without looking again: of two " +
				"that find nothing, both write.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			Ops:   1600,
			New:   newStore(newCheckThenLock),
		},
		{
			Name: "look-then-singleflight",
			Summary: "Looks, and if there is nothing one caller a key makes the result while others wait for it, but does not look " +
				"again: who looked before that flight landed and comes after it makes another.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			Ops:   1600,
			New:   newStore(newLateFlights),
		},
		{
			Name: "once-load-then-store",
			Summary: "A sync.Once for each key, but in a sync.Map by Load, and Store if there is none: of two that find none, each " +
				"has a Once of its own.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			Ops:   1600,
			New:   newStore(newLooseOnces),
		},
	}
}

func correct() []keys.Strategy {
	return []keys.Strategy{
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
			Name:    "once",
			Summary: "A sync.Once for each key, which LoadOrStore of a sync.Map gives to everybody.",
			New:     newStore(newOnces),
		},
		{
			Name: "singleflight",
			Summary: "One caller a key looks and stores, and who comes meanwhile waits for its result; who comes later finds " +
				"it by looking.",
			New: newStore(newFlights),
		},
	}
}
