package memdoctors

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/doctors"
)

// Strategies lists the ways in which this package lets doctors go, the broken ones first.
func Strategies() []Strategy {
	skew := map[string]string{doctors.Name: checkers.WriteSkew}
	return []Strategy{
		{
			Name: "lock-own-row",
			Summary: "Each doctor has a lock, under which the row is read and written: the others' rows are read before the " +
				"own is written, and two who read each other's both go.",
			Shows: skew, Ops: 2000,
			New: newTarget(newRows),
		},
		{
			Name: "check-then-update",
			Summary: "Loads all bits of the shift, looks for another one, and clears the own by an atomic And: no bit is lost, " +
				"but two who see each other both go.",
			Shows: skew, Ops: 2000,
			New: newTarget(newBetween),
		},
		{
			Name:    "lock-all-rows",
			Summary: "Locks the rows of all doctors in one order, looks, and goes.",
			New:     newTarget(newLockedRows),
		},
		{
			Name:    "compare-and-swap",
			Summary: "Puts what is left in place only if what it looked at still stands; else it begins anew.",
			New:     newTarget(newSwapped),
		},
	}
}
