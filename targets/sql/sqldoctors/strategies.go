package sqldoctors

import (
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/doctors"
)

// Strategy is one way to leave a shift.
type Strategy = strategy.For[*doctors.Workload, doctors.Input, doctors.Output]

// recipe is a strategy with the engines that it makes sense on.
type recipe struct {
	name, summary string
	engines       []string // none: all
	broken        bool     // it shows write skew
	refuses       bool     // see strategy.Of
	ops           int      // see strategy.Of
	plan
}

// Strategies are the ways in which the engine can let doctors go, broken ones first.
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
		New: func(dsn string, _ uint64) func(*doctors.Workload) harness.Target[doctors.Input, doctors.Output] {
			return func(w *doctors.Workload) harness.Target[doctors.Input, doctors.Output] {
				return newStore(d, dsn, r.plan, w)
			}
		},
	}
	if r.broken {
		s.Shows = map[string]string{doctors.Name: checkers.WriteSkew}
	}
	return s
}

func broken() []recipe {
	all := []recipe{
		{
			name: "check-then-update",
			summary: "SELECT of all doctors of the shift, and if another is on call UPDATE of the own row: two who see each other " +
				"both go.",
			engines: []string{"sqlite"}, ops: 1200, plan: plan{leave: again(checkThenUpdate)},
		}, {
			name: "check-then-update",
			summary: "SELECT of all doctors of the shift, and if another is on call UPDATE of the own row, in one transaction at READ " +
				"COMMITTED: two who see each other both go.",
			engines: []string{"postgres", "mariadb"}, plan: plan{level: db.ReadCommitted, leave: inTx(plain())},
		}, {
			name: "repeatable-read",
			summary: "The same at REPEATABLE READ, repeated on conflicts: snapshot isolation finds two who write the same row, and not " +
				"two who write a row each that the other has read.",
			engines: []string{"postgres", "mariadb"}, plan: plan{level: db.RepeatableRead, leave: again(inTx(plain()))},
		}, {
			name: "for-update-own-row",
			summary: "SELECT … FOR UPDATE of the own row, SELECT of all, UPDATE: it locks the row that it writes, which nobody else " +
				"wants, and not those that it decides by.",
			engines: []string{"postgres", "mariadb"}, plan: plan{leave: again(inTx(lockOwn))},
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
			name:    "tx-serializable",
			summary: "SELECT of all and UPDATE of the own row in a transaction at SERIALIZABLE, not repeated: one of two is refused.",
			engines: []string{"postgres", "mariadb"}, refuses: true,
			plan: plan{level: db.Serializable, leave: inTx(plain()), back: backInTx},
		}, {
			name: "tx-deferred",
			summary: "SELECT of all and UPDATE of the own row in a plain transaction, not repeated: the one whose snapshot is old is " +
				"refused as busy.",
			engines: []string{"sqlite"}, refuses: true, plan: plan{level: db.Deferred, leave: inTx(plain())},
		},
	}
}

func correct() []recipe {
	return []recipe{
		{
			name: "counter-row",
			summary: "A row with how many are on call, which every leave and return changes with the own row, by UPDATE … SET on_call = " +
				"on_call - 1 WHERE on_call > 1: what was a rule over several rows is one of a single row.",
			plan: plan{level: db.ReadCommitted, leave: again(inTx(countedLeave)), back: countedBack},
		}, {
			name:    "begin-immediate",
			summary: "BEGIN IMMEDIATE takes the write lock before the SELECT.",
			engines: []string{"sqlite"}, plan: plan{leave: again(inTx(plain()))},
		}, {
			name:    "for-update-all-rows",
			summary: "SELECT … FOR UPDATE of all doctors of the shift, in one order, and UPDATE of the own row.",
			engines: []string{"postgres", "mariadb"}, plan: plan{leave: again(inTx(lockAll()))},
		}, {
			name:    "serializable",
			summary: "SELECT of all and UPDATE of the own row in a transaction at SERIALIZABLE, repeated when it could not be serialized.",
			engines: []string{"postgres", "mariadb"},
			plan:    plan{level: db.Serializable, leave: again(inTx(plain())), back: backInTx},
		},
	}
}
