package memjobs

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/jobs"
)

func shows(anomaly string) map[string]string { return map[string]string{jobs.Name: anomaly} }

// Strategies lists the ways in which this package hands out jobs, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{
		{
			Name: "look-then-remove",
			Summary: "Reads the first job of a slice under the lock, and cuts it off under the lock again: two read the same job, " +
				"and the second cuts off one that nobody has read.",
			Shows: shows(checkers.DuplicateEffect),
			New:   newTarget(newSlice),
		},
		{
			Name:    "channel",
			Summary: "Receives jobs from a channel: who has received one and dies takes it along.",
			Shows:   shows(checkers.LostJob),
			New:     newTarget(newChannel(false)),
		},
		{
			Name: "lease-without-token",
			Summary: "Lends a job for a time, and finishes it without asking whose it is by now: a worker that was late does what " +
				"another does as well.",
			Shows: shows(checkers.DuplicateEffect),
			New:   newTarget(newLeases(false)),
		},
		{
			Name:    "put-back",
			Summary: "Receives jobs from a channel, and puts the job of a worker that dies back by a deferred function.",
			New:     newTarget(newChannel(true)),
		},
		{
			Name: "lease-with-token",
			Summary: "Lends a job for a time, with a token; who finishes must show the last one, and the effect is applied under " +
				"the same lock.",
			New: newTarget(newLeases(true)),
		},
	}
}
