package memlock

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/locks"
)

// Strategies lists the ways in which this package locks, the broken ones first.
func Strategies() []locks.Strategy {
	broken := locks.Shows(checkers.MutualExclusion)
	return []locks.Strategy{
		{
			Name:    "check-then-set",
			Summary: "Looks at a flag, and sets it if it is not set: of two that find it free, both set it.",
			Shows:   broken,
			New:     newLatches(newFlag),
		},
		{
			Name: "read-lock",
			Summary: "Takes the read half of a read-write lock around what writes: readers don't keep each other out, and " +
				"the compiler does not know what is done under it.",
			Shows: broken,
			New:   newLatches(newReaders),
		},
		{
			Name: "lease",
			Summary: "A lock that expires if its holder does not release it in time: a holder that pauses for longer goes " +
				"on as if it had it, beside the next one.",
			Shows: broken,
			Ops:   800, New: newLeases(false),
		},
		{
			Name:    "mutex",
			Summary: "sync.Mutex, by TryLock: whoever has it keeps it until it unlocks, however long that takes.",
			New:     newLatches(newMutex),
		},
		{
			Name:    "compare-and-swap",
			Summary: "A flag that is looked at and set by one instruction.",
			New:     newLatches(newSwapped),
		},
		{
			Name:    "channel",
			Summary: "A channel with room for one: who can send has the lock, and receives to unlock.",
			New:     newLatches(newSlot),
		},
		{
			Name: "lease-fenced",
			Summary: "A lock that expires and gives a token that rises: the resource refuses a token below one that it has " +
				"seen, and so whoever has lost the lock.",
			New: newLeases(true),
		},
	}
}
