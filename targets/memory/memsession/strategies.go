package memsession

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/session"
)

// Strategy is one way to read where followers are behind.
type Strategy = strategy.For[*session.Workload, session.Input, session.Output]

// Strategies lists the ways in which this package reads, the broken ones first.
func Strategies() []Strategy {
	shows := func(anomaly string) map[string]string { return map[string]string{session.Name: anomaly} }
	return []Strategy{
		{
			Name: "sticky-follower",
			Summary: "Writes to the leader and reads from a follower, each client from its own: it never goes backwards, but what " +
				"the client has just written is not there yet.",
			Shows: shows(checkers.UnreadWrite),
			New:   newStore(readFollower),
		},
		{
			Name: "round-robin-followers",
			Summary: "Reads from one follower after the other: one is further behind than the other, so that a client sees a " +
				"change come and go.",
			Shows: shows(checkers.NonMonotonicRead),
			New:   newStore(readAround),
		},
		{
			Name:    "read-leader",
			Summary: "Reads from the leader, which has everything; the followers are there for when it fails.",
			New:     newStore(readLeader),
		},
		{
			Name: "session-token",
			Summary: "Keeps the newest version that the client has written or read, and waits until the follower has it: each " +
				"client waits for what it knows of, and for nothing else.",
			New: newStore(readAfterToken),
		},
		{
			Name: "leader-if-behind",
			Summary: "Keeps the newest version that the client has written or read, and asks the leader where the follower does " +
				"not have it.",
			New: newStore(readNewer),
		},
	}
}
