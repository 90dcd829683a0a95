package sqlcells

import (
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
)

// recipe is a strategy with the engines that it makes sense on.
type recipe struct {
	name, summary string
	engines       []string // none: all
	shows         map[string]string
	workloads     []string
	level         db.Level
	update        updater
	report        reporter // see plan
	refuses       bool     // see cells.Strategy
	ops           int      // see cells.Strategy
}

// Strategies are the ways in which the engine can update cells, broken ones first.
func Strategies(d db.Dialect) []cells.Strategy {
	var all []cells.Strategy
	for _, r := range slices.Concat(brokenRecipes(d), correctRecipes(d)) {
		if r.serves(d) {
			all = append(all, r.strategy(d))
		}
	}
	return all
}

// serves reports whether the strategy makes sense on the engine.
func (r recipe) serves(d db.Dialect) bool {
	return len(r.engines) == 0 || slices.Contains(r.engines, d.Name())
}

func (r recipe) strategy(d db.Dialect) cells.Strategy {
	return cells.Strategy{
		Name: r.name, Summary: r.summary, Shows: r.shows, Workloads: r.workloads, Refuses: r.refuses, Ops: r.ops,
		New: func(dsn string, _ uint64) cells.Store {
			return newStore(d, dsn, plan{level: r.level, update: r.update, report: r.report})
		},
	}
}

func lost() map[string]string { return cells.Everywhere(checkers.LostUpdate) }

func brokenRecipes(d db.Dialect) []recipe {
	return []recipe{
		{
			name:    "read-modify-write",
			summary: "SELECT, compute in the application, UPDATE, each statement for itself: what others wrote in between is overwritten.",
			shows:   lost(), update: statementByStatement(plainRead),
		}, {
			name:    "tx-read-uncommitted",
			summary: uncommittedSummary(d),
			engines: []string{"postgres", "mariadb"}, shows: lost(), level: db.ReadUncommitted, update: transaction(plainRead),
		}, {
			name:    "tx-read-committed",
			summary: "SELECT and UPDATE in a transaction at READ COMMITTED, which lets others commit between the SELECT and the UPDATE.",
			engines: []string{"postgres", "mariadb"}, shows: lost(), level: db.ReadCommitted, update: transaction(plainRead),
		}, {
			name:    "for-update-no-tx",
			summary: "SELECT … FOR UPDATE without a transaction: the lock is gone when the statement ends.",
			engines: []string{"postgres", "mariadb"}, shows: lost(), update: statementByStatement(lockRead),
		}, {
			name:    "subselect-update",
			summary: "UPDATE v = (SELECT v …) + d at READ COMMITTED: after waiting for the row, the subselect still gives the old value.",
			engines: []string{"postgres"}, shows: lost(), level: db.ReadCommitted, update: subselect,
		}, {
			name: "earlier-read",
			summary: "A plain SELECT, then SELECT … FOR UPDATE, then the SELECT again: " +
				"at REPEATABLE READ it shows the first one's snapshot, not what is locked.",
			engines: []string{"mariadb"}, shows: lost(), level: db.RepeatableRead, update: transaction(earlierRead),
		}, {
			name:    "optimistic-unchecked",
			summary: "UPDATE … WHERE version = the one read, but nobody looks whether it matched a row.",
			shows:   lost(), update: optimistic(versionGuard, false),
		}, {
			name:    "advisory-unlock-early",
			summary: "A named lock that is released before COMMIT: the next holder reads what was there before.",
			engines: []string{"postgres", "mariadb"}, update: unlockEarly,
			// Not register: two compare-and-sets that expect the same value rarely come one after the other through the
			// lock, and others don't overwrite.
			shows:     map[string]string{cells.CounterWorkload: checkers.LostUpdate, cells.WalletWorkload: checkers.LostUpdate},
			workloads: []string{cells.CounterWorkload, cells.WalletWorkload},
		},
	}
}

func uncommittedSummary(d db.Dialect) string {
	if d.Name() == "postgres" {
		return "SELECT and UPDATE in a transaction at READ UNCOMMITTED, which PostgreSQL treats as READ COMMITTED."
	}
	return "SELECT and UPDATE in a transaction at READ UNCOMMITTED, which shows what others have not committed yet and stops " +
		"no UPDATE."
}
