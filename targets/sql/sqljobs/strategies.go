package sqljobs

import (
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/jobs"
)

// recipe is a strategy with the engines that it makes sense on.
type recipe struct {
	name, summary string
	engines       []string // none: all
	anomaly       string
	plan
}

// Strategies are the ways in which the engine can hand out jobs, broken ones first.
func Strategies(d db.Dialect) []Strategy {
	var all []Strategy
	for _, r := range slices.Concat(broken(), correct()) {
		if len(r.engines) == 0 || slices.Contains(r.engines, d.Name()) {
			all = append(all, r.strategy(d))
		}
	}
	return all
}

func (r recipe) strategy(d db.Dialect) Strategy {
	s := Strategy{
		Name: r.name, Summary: r.summary,
		New: func(dsn string, seed uint64) func(*jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
			return func(w *jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
				return newTarget(d, r.plan, dsn, seed, w.Jobs())
			}
		},
	}
	if r.anomaly != "" {
		s.Shows = map[string]string{jobs.Name: r.anomaly}
	}
	return s
}

func broken() []recipe {
	return []recipe{
		{
			name: "select-then-update",
			summary: "SELECT of a job that waits, and UPDATE by its id, each statement for itself: of two that read the same job, " +
				"both mark it as theirs.",
			anomaly: checkers.DuplicateEffect, plan: plan{claim: selectThenUpdate, finish: finishAny},
		}, {
			name: "update-subselect",
			summary: "UPDATE … WHERE id = (SELECT … LIMIT 1) RETURNING id at READ COMMITTED: who waits for another's UPDATE of the " +
				"row does not look again whether the job still waits.",
			engines: []string{"postgres"}, anomaly: checkers.DuplicateEffect,
			plan: plan{claim: updateFound(found), finish: finishAny},
		}, {
			name: "delete-on-claim",
			summary: "Locks a job and deletes it as it is handed out, as a broker does that acknowledges by itself: who has claimed it " +
				"and dies takes it along.",
			anomaly: checkers.LostJob,
			plan:    plan{level: lockLevel, claim: lockedThen(skippingLocked, remove), finish: applyAlone},
		}, {
			name: "lease-without-token",
			summary: "Locks a job and lends it for a time, and finishes it by its id alone: a worker that was late does what another " +
				"does as well.",
			anomaly: checkers.DuplicateEffect,
			plan:    plan{level: lockLevel, slow: true, claim: lockedThen(skippingLocked, lend), finish: finishAny},
		},
	}
}

// lockLevel is READ COMMITTED, at which MariaDB locks no more than the rows that it finds; on SQLite it means nothing.
const lockLevel = db.ReadCommitted

func correct() []recipe {
	servers := []string{"postgres", "mariadb"}
	return []recipe{
		{
			name: "skip-locked",
			summary: "SELECT … FOR UPDATE SKIP LOCKED, and the transaction stays open until the job is done; when the worker dies, its " +
				"rollback gives the job back.",
			engines: servers, plan: plan{level: lockLevel, claim: holdLocked, finish: finishHeld},
		}, {
			name: "for-update",
			summary: "SELECT … FOR UPDATE and UPDATE in one short transaction, for which others wait; the job is lent for a time, and " +
				"who finishes must have the token of the last claim.",
			engines: servers, plan: plan{level: lockLevel, claim: lockedThen(locked, lend), finish: finishOwn},
		}, {
			name: "begin-immediate",
			summary: "BEGIN IMMEDIATE takes the write lock before the SELECT of a job; it is lent for a time, and who finishes must " +
				"have the token of the last claim.",
			engines: []string{"sqlite"}, plan: plan{claim: lockedThen(locked, lend), finish: finishOwn},
		}, {
			name: "update-where-waiting",
			summary: "SELECT of a job, and an UPDATE by its id on the condition that it still waits; who changed no row looks for " +
				"another. Who finishes must have the token of the last claim.",
			plan: plan{claim: updateWaiting, finish: finishOwn},
		}, {
			name: "update-subselect-checked",
			summary: "UPDATE … WHERE id = (SELECT … LIMIT 1) AND the job still waits, at READ COMMITTED: that condition is looked at " +
				"again after waiting for the row. Of those who find the same job all but one get nothing, though others wait.",
			engines: []string{"postgres"}, plan: plan{claim: updateFoundWaiting, finish: finishOwn},
		}, {
			name: "update-returning",
			summary: "UPDATE … WHERE id = (SELECT … LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, on SQLite without the lock, which it " +
				"does not need: one statement, and nobody waits.",
			engines: []string{"sqlite", "postgres"}, plan: plan{claim: updateFound(skipped), finish: finishOwn},
		}, {
			name: "lease-with-token",
			summary: "Locks a job and lends it for a time, with a token; who finishes must show the last one, by the condition of the " +
				"UPDATE, and the effect is applied in the same transaction.",
			plan: plan{level: lockLevel, slow: true, claim: lockedThen(skippingLocked, lend), finish: finishOwn},
		},
	}
}
