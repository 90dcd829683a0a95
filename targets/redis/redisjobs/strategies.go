package redisjobs

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/jobs"
)

func shows(anomaly string) map[string]string { return map[string]string{jobs.Name: anomaly} }

// Strategies lists the ways in which this package hands out jobs, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{
		{
			Name: "lindex-then-lrem",
			Summary: "LINDEX 0, and LREM of what it gave, whose answer nobody looks at: of two that read the same job, the second " +
				"removes nothing and has it all the same.",
			Shows: shows(checkers.DuplicateEffect),
			New:   newTarget(plan{claim: lookThenRemove, finish: apply}),
		},
		{
			Name:    "lpop",
			Summary: "LPOP: who has popped a job and dies takes it along.",
			Shows:   shows(checkers.LostJob),
			New:     newTarget(plan{claim: pop, finish: apply}),
		},
		{
			Name: "lmove-put-all-back",
			Summary: "LMOVE into a list of jobs that are being done, LREM from it when one is; a worker that starts puts all back that " +
				"is in it, also what others are at work on.",
			Shows: shows(checkers.DuplicateEffect),
			New:   newTarget(plan{works: true, begin: putAllBack, claim: move, finish: removeAndApply}),
		},
		{
			Name: "lmove-put-all-back-lrem",
			Summary: "The same, but the effect is applied only if the LREM has removed the job: that saves the effect, but not from two " +
				"who work at once, of whom the one that was not to have it any more may finish.",
			Shows: shows(checkers.OverlappingClaims),
			New:   newTarget(plan{works: true, begin: putAllBack, claim: move, finish: applyIfRemoved}),
		},
		{
			Name: "lease-without-token",
			Summary: "A script lends a job for a time, and another ends it by its id alone: a worker that was late does what another " +
				"does as well.",
			Shows: shows(checkers.DuplicateEffect),
			New:   newTarget(plan{works: true, late: true, claim: lend, finish: endAny}),
		},
		{
			Name: "lease-with-token",
			Summary: "A script lends a job for a time, with a token; another compares it with that of the last claim, ends the job and " +
				"applies the effect.",
			New: newTarget(plan{works: true, late: true, claim: lend, finish: endOwn}),
		},
		{
			Name: "watch",
			Summary: "The same without scripts: WATCH, look and EXEC, again when somebody was faster; to finish, under a WATCH of the " +
				"job's token.",
			New: newTarget(plan{works: true, late: true, claim: watchAndLend, finish: watchAndEnd}),
		},
	}
}
