package redisquota

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/quota"
)

// Strategies lists the ways in which this package takes from a quota, the broken ones first.
func Strategies() []Strategy {
	shows := func(anomaly string) map[string]string { return map[string]string{quota.Name: anomaly} }
	return []Strategy{
		{
			Name: "read-modify-write",
			Summary: "GET, and if there is room SET of what the client computed: of two who read the same, both are given it, and " +
				"the counter counts one of them.",
			Shows: shows(checkers.OverLimit),
			New:   newTarget(getThenSet),
		},
		{
			Name: "check-then-increment",
			Summary: "GET, and if there is room INCRBY, as many a rate limiter does: no increment is lost, but the room that was " +
				"found may be.",
			Shows: shows(checkers.OverLimit),
			New:   newTarget(getThenAdd),
		},
		{
			Name: "increment-then-undo",
			Summary: "INCRBY, and DECRBY if that was too much: meanwhile the room counts as taken, and who asks for less, which " +
				"would fit, is refused.",
			Shows: shows(checkers.FalseRefusal), Ops: 2000,
			New: newTarget(addThenUndo),
		},
		{
			Name:    "watch",
			Summary: "WATCH, GET, and INCRBY in MULTI/EXEC, repeated when somebody else was faster.",
			New:     newTarget(watched),
		},
		{
			Name:    "lua",
			Summary: "A script that looks and adds: the server runs one at a time.",
			New:     newTarget(scripted),
		},
	}
}
