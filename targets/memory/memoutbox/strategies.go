package memoutbox

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/outbox"
)

func shows(anomaly string) map[string]string { return map[string]string{outbox.Name: anomaly} }

// Strategies lists the ways in which this package has events published, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{
		{
			Name: "publish-after-unlock",
			Summary: "Changes the key under the lock, and publishes after it has let go: who dies in between has published nothing, and " +
				"of two changes the later can be published first.",
			Shows: shows(checkers.LostEvent),
			New:   newTarget(plan{thenSend, noRelay}),
		},
		{
			Name: "copy-then-clear",
			Summary: "A relay copies the list of events under the lock, publishes them, and clears the list under the lock again: what " +
				"was put into it meanwhile is gone.",
			Shows: shows(checkers.LostEvent),
			New:   newTarget(plan{withEvent, copyThenClear}),
		},
		{
			Name: "take-then-publish",
			Summary: "A relay takes the list of events under the lock, and publishes after it has let go: of two relays the one with " +
				"the later events can be first.",
			Shows: shows(checkers.OutOfOrder),
			Ops:   2000,
			New:   newTarget(plan{withEvent, takeThenSend}),
		},
		{
			Name:    "publish-under-lock",
			Summary: "The change puts its event into a list under one lock, and a relay publishes the list before it lets go of that.",
			New:     newTarget(plan{withEvent, sendUnderLock}),
		},
	}
}
