package sqlquota

import (
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/quota"
)

// Strategy is one way to take from a quota.
type Strategy = strategy.For[*quota.Workload, quota.Input, quota.Output]

// recipe is a strategy with the engines that it makes sense on.
type recipe struct {
	name, summary string
	engines       []string // none: all
	broken        bool     // it gives out more than there is
	refuses       bool     // see strategy.Of
	ops           int      // see strategy.Of
	plan
}

// Strategies are the ways in which the engine can take from a quota, broken ones first.
func Strategies(d db.Dialect) []Strategy {
	var all []Strategy
	for _, r := range slices.Concat(broken(), refusing(), correct()) {
		if len(r.engines) == 0 || slices.Contains(r.engines, d.Name()) {
			all = append(all, r.strategy(d))
		}
	}
	return all
}

func (r recipe) strategy(d db.Dialect) Strategy {
	s := Strategy{
		Name: r.name, Summary: r.summary, Refuses: r.refuses, Ops: r.ops,
		New: func(dsn string, _ uint64) func(*quota.Workload) harness.Target[quota.Input, quota.Output] {
			return func(w *quota.Workload) harness.Target[quota.Input, quota.Output] { return newStore(d, dsn, r.plan, w) }
		},
	}
	if r.broken {
		s.Shows = map[string]string{quota.Name: checkers.OverLimit}
	}
	return s
}

func broken() []recipe {
	all := []recipe{
		{
			name: "read-modify-write",
			summary: "SELECT of the counter, and if there is room UPDATE with what the client computed: of two who read the same, " +
				"both are given it, and the counter counts one of them.",
			plan: plan{counter: true, take: readModifyWrite},
		}, {
			name: "check-then-increment",
			summary: "SELECT of the counter, and if there is room UPDATE … SET used = used + n: no increment is lost, but the room " +
				"that was found may be.",
			plan: plan{counter: true, take: checkThenAdd},
		}, {
			name:    "sum-then-insert",
			summary: "SELECT SUM of what was taken, and if there is room INSERT: of those who find the same sum, all insert.",
			engines: []string{"sqlite"}, plan: plan{take: sumThenInsert},
		}, {
			name: "sum-then-insert",
			summary: "SELECT SUM of what was taken and INSERT in one transaction at READ COMMITTED: those who find the same sum don't " +
				"conflict, as each inserts a row of its own.",
			engines: []string{"postgres", "mariadb"}, plan: plan{level: db.ReadCommitted, take: inTx(insertIfFits)},
		}, {
			name: "sum-repeatable-read",
			summary: "SELECT SUM of what was taken and INSERT in one transaction at REPEATABLE READ: the snapshot keeps others' rows " +
				"from being seen, and not from being inserted.",
			engines: []string{"postgres", "mariadb"}, plan: plan{level: db.RepeatableRead, take: inTx(insertIfFits)},
		}, {
			name: "sum-for-update",
			summary: "SELECT … FOR UPDATE of the rows of what was taken, and INSERT, at READ COMMITTED: it locks the rows that there " +
				"are, and not those that others are about to insert.",
			engines: []string{"postgres", "mariadb"}, ops: 2000,
			plan: plan{level: db.ReadCommitted, take: again(inTx(thenThink))},
		}, {
			name: "row-lock-old-snapshot",
			summary: "SELECT of the quota, then SELECT … FOR UPDATE of it, SELECT SUM and INSERT, at REPEATABLE READ: the lock is " +
				"waited for, but the sum is of the moment of the first SELECT.",
			engines: []string{"postgres", "mariadb"}, plan: plan{level: db.RepeatableRead, take: inTx(lockParentLate)},
		},
	}
	for i := range all {
		all[i].broken = true
	}
	return all
}

// refusing are correct, and leave it to their callers to try again.
func refusing() []recipe {
	return []recipe{
		{
			name: "sum-for-update-repeatable-read",
			summary: "SELECT … FOR UPDATE of the rows of what was taken, and INSERT, at REPEATABLE READ, not repeated: it locks the " +
				"gaps between the rows too, and one of two is refused by a deadlock.",
			engines: []string{"mariadb"}, refuses: true, plan: plan{level: db.RepeatableRead, take: inTx(lockRows)},
		}, {
			name:    "tx-serializable",
			summary: "SELECT SUM and INSERT in a transaction at SERIALIZABLE, not repeated: one of two is refused.",
			engines: []string{"postgres", "mariadb"}, refuses: true,
			plan: plan{level: db.Serializable, take: inTx(insertIfFits)},
		}, {
			name:    "tx-deferred",
			summary: "SELECT SUM and INSERT in a plain transaction, not repeated: the one whose snapshot is old is refused as busy.",
			engines: []string{"sqlite"}, refuses: true, plan: plan{level: db.Deferred, take: inTx(insertIfFits)},
		},
	}
}

func correct() []recipe {
	return []recipe{
		{
			name: "conditional-update",
			summary: "UPDATE … SET used = used + n WHERE used + n <= limit, without a lock or a higher level than READ COMMITTED: who " +
				"waited for another's row looks at it again before changing it.",
			plan: plan{level: db.ReadCommitted, counter: true, take: again(addIfFits)},
		}, {
			name: "check-constraint",
			summary: "UPDATE … SET used = used + n on a counter with CHECK (used <= limit): what the constraint forbids is a " +
				"refusal.",
			plan: plan{counter: true, constraint: true, take: again(addChecked)},
		}, {
			name:    "begin-immediate",
			summary: "BEGIN IMMEDIATE takes the write lock before the SELECT SUM.",
			engines: []string{"sqlite"}, plan: plan{take: again(inTx(insertIfFits))},
		}, {
			name: "parent-row-lock",
			summary: "SELECT … FOR UPDATE of the quota's own row before the SELECT SUM and the INSERT: whoever waited for the lock sees " +
				"what the one before has inserted.",
			engines: []string{"postgres", "mariadb"}, plan: plan{level: db.ReadCommitted, take: again(inTx(lockParent))},
		}, {
			name:    "serializable",
			summary: "SELECT SUM and INSERT in a transaction at SERIALIZABLE, repeated when it could not be serialized.",
			engines: []string{"postgres", "mariadb"},
			plan:    plan{level: db.Serializable, take: again(inTx(insertIfFits))},
		},
	}
}
