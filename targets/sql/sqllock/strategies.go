package sqllock

import (
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/sql/db"
)

// recipe is a strategy with the engines that it makes sense on.
type recipe struct {
	name, summary string
	engines       []string // none: all
	broken        bool
	ops           int // see strategy.Of
	way
}

// Strategies are the ways in which the engine can lock, broken ones first.
func Strategies(d db.Dialect) []locks.Strategy {
	var all []locks.Strategy
	for _, r := range append(brokenWays(), correctWays()...) {
		if len(r.engines) == 0 || slices.Contains(r.engines, d.Name()) {
			all = append(all, r.strategy(d))
		}
	}
	return all
}

func (r recipe) strategy(d db.Dialect) locks.Strategy {
	s := locks.Strategy{Name: r.name, Summary: r.summary, Ops: r.ops, New: newWay(d, r.way)}
	if r.broken {
		s.Shows = locks.Shows(checkers.MutualExclusion)
	}
	return s
}

func servers() []string { return []string{db.Postgres().Name(), db.MariaDB().Name()} }

func brokenWays() []recipe {
	return []recipe{
		{
			name: "session-lock-through-pool",
			summary: "A named lock of the session, over connections of a pool: the unlock goes over another connection and does " +
				"nothing, and whoever is given the one that has the lock gets it again.",
			engines: servers(), broken: true, ops: 800, way: way{acquire: lockThroughPool, release: unlockThroughPool, pooled: true},
		}, {
			name: "for-update-without-transaction",
			summary: "SELECT … FOR UPDATE of the lock's row without a transaction: the row is let go as the statement ends, and " +
				"keeps nobody out.",
			engines: servers(), broken: true, way: way{acquire: lockRowAlone, release: nothingToUnlock},
		}, {
			name: "lease-row",
			summary: "A row that says until when somebody has the lock: a holder that pauses for longer goes on as if it had it, " +
				"beside the next one.",
			broken: true, ops: 800, way: way{acquire: takeLease, release: endLease, leased: true},
		},
	}
}

func correctWays() []recipe {
	return []recipe{
		{
			name: "session-lock-pinned",
			summary: "A named lock of the session, over one connection that the client keeps until it has released it, and asks " +
				"before each use whether it still has it. What guards against a connection lost after that is a fence.",
			engines: servers(), way: way{acquire: lockNamed, release: unlockNamed},
		}, {
			name: "advisory-xact-lock",
			summary: "pg_try_advisory_xact_lock in a transaction that lasts as long as the work: its end releases the lock, on " +
				"whichever connection that is. What guards work elsewhere against a lost connection is a fence.",
			engines: []string{db.Postgres().Name()}, way: way{acquire: inTx(tryNamed), release: commit},
		}, {
			name: "row-lock",
			summary: "SELECT … FOR UPDATE SKIP LOCKED of the lock's row in a transaction that lasts as long as the work: the row " +
				"stays locked until it ends. What guards work elsewhere against a lost connection is a fence.",
			engines: servers(), way: way{acquire: inTx(tryRow), release: commit},
		}, {
			name: "begin-immediate",
			summary: "BEGIN IMMEDIATE takes the only write lock that the database has, until the transaction ends: so one lock " +
				"stands for all.",
			engines: []string{db.SQLite().Name()},
			way:     way{acquire: inTx(tryNothing), release: commit, setup: "PRAGMA busy_timeout = 0"},
		}, {
			name: "lease-row-fenced",
			summary: "A row that says until when somebody has the lock, with a token that rises: the resource refuses a token " +
				"below one that it has seen.",
			way: way{acquire: takeLease, release: endLease, leased: true, fenced: true},
		},
	}
}
