package sqlkeys

import (
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/sql/db"
)

// recipe is a strategy with the engines that it makes sense on.
type recipe struct {
	name, summary string
	engines       []string // none: all
	anomaly       string
	refuses       bool // see strategy.Of
	plan
}

// Strategies are the ways in which the engine can make one result a key, broken ones first.
func Strategies(d db.Dialect) []keys.Strategy {
	var all []keys.Strategy
	for _, r := range slices.Concat(brokenRecipes(), refusingRecipes(), correctRecipes()) {
		if len(r.engines) == 0 || slices.Contains(r.engines, d.Name()) {
			all = append(all, r.strategy(d))
		}
	}
	return all
}

func (r recipe) strategy(d db.Dialect) keys.Strategy {
	s := keys.Strategy{
		Name: r.name, Summary: r.summary, Refuses: r.refuses,
		New: func(dsn string, _ uint64) keys.Store { return newStore(d, dsn, r.plan) },
	}
	if r.anomaly != "" {
		s.Shows = keys.Shows(r.anomaly)
	}
	return s
}

func brokenRecipes() []recipe {
	return []recipe{
		{
			name:    "select-then-insert",
			summary: "SELECT, and if there is no row INSERT, without a unique constraint: of two that find none, both insert.",
			anomaly: checkers.DuplicateEffect, plan: plan{create: selectThen(plainInsert)},
		}, {
			name: "select-for-update-then-insert",
			summary: "SELECT … FOR UPDATE and INSERT in one transaction, without a unique constraint: " +
				"where there is no row yet, there is nothing to lock.",
			engines: []string{"postgres"}, anomaly: checkers.DuplicateEffect,
			plan: plan{create: selectThenInsertInTx(lockedGet)},
		}, {
			name: "for-update-read-committed",
			summary: "SELECT … FOR UPDATE and INSERT in one transaction at READ COMMITTED, without a unique constraint: " +
				"where there is no row yet, it locks no gap either.",
			engines: []string{"mariadb"}, anomaly: checkers.DuplicateEffect,
			plan: plan{level: db.ReadCommitted, create: selectThenInsertInTx(lockedGet)},
		}, {
			name: "on-conflict-returning",
			summary: "SELECT, and if there is no row INSERT … ON CONFLICT DO NOTHING RETURNING id: it returns no row to the " +
				"one who lost, who is answered nothing.",
			engines: []string{"sqlite", "postgres"}, anomaly: checkers.LostResult,
			plan: plan{constraint: true, create: selectThen(insertOrNot)},
		}, {
			name: "insert-ignore-last-id",
			summary: "SELECT, and if there is no row INSERT IGNORE and LAST_INSERT_ID(), which is 0 for the one who lost: " +
				"an answer of nothing.",
			engines: []string{"mariadb"}, anomaly: checkers.LostResult,
			plan: plan{constraint: true, create: selectThen(insertOrNot)},
		}, {
			name: "update-then-insert",
			summary: "UPDATE, and if it matched no row INSERT; that the unique constraint refuses the INSERT of the one who lost is " +
				"taken for success, and the answer is nothing.",
			anomaly: checkers.LostResult, plan: plan{constraint: true, create: updateThenInsert(nil)},
		}, {
			name: "cte-insert-or-select",
			summary: "INSERT … ON CONFLICT DO NOTHING in a WITH, and a SELECT beside it: both see the data as of the statement's " +
				"beginning, so that who waited for another's INSERT finds no row.",
			engines: []string{"postgres"}, anomaly: checkers.LostResult,
			plan: plan{constraint: true, create: insertOrFind},
		},
	}
}

// refusingRecipes are correct, and leave it to their callers to try again.
func refusingRecipes() []recipe {
	return []recipe{
		{
			name: "select-for-update-then-insert",
			summary: "SELECT … FOR UPDATE and INSERT in one transaction at REPEATABLE READ, not repeated: both of two lock the " +
				"gap where the row would be, and one is refused by a deadlock.",
			engines: []string{"mariadb"}, refuses: true, plan: plan{create: selectThenInsertInTx(lockedGet)},
		}, {
			name:    "tx-serializable",
			summary: "SELECT and INSERT in a transaction at SERIALIZABLE, not repeated: one of two is refused.",
			engines: []string{"postgres", "mariadb"}, refuses: true,
			plan: plan{level: db.Serializable, create: selectThenInsertInTx(plainGet)},
		}, {
			name: "on-conflict-repeatable-read",
			summary: "INSERT … ON CONFLICT DO NOTHING and SELECT in a transaction at REPEATABLE READ, not repeated: who meets a row " +
				"that the snapshot does not show can't be given it, and is refused (40001).",
			engines: []string{"postgres"}, refuses: true,
			plan: plan{level: db.RepeatableRead, constraint: true, create: insertThenSelectInTx},
		}, {
			name:    "tx-deferred",
			summary: "SELECT and INSERT in a plain transaction, not repeated: the one whose snapshot is old is refused as busy.",
			engines: []string{"sqlite"}, refuses: true,
			plan: plan{level: db.Deferred, create: selectThenInsertInTx(plainGet)},
		},
	}
}

func correctRecipes() []recipe {
	return []recipe{
		{
			name: "unique-then-select",
			summary: "A unique constraint and an INSERT that leaves out what is there; who inserted nothing reads by a second " +
				"statement.",
			plan: plan{constraint: true, create: retrying(insertThenSelect)},
		}, {
			name:    "catch-duplicate",
			summary: "A unique constraint and a plain INSERT; who is refused as a duplicate reads.",
			plan:    plan{constraint: true, create: retrying(catchDuplicate)},
		}, {
			name:    "update-or-insert",
			summary: "A unique constraint, UPDATE, and if it matched no row INSERT; who is refused as a duplicate begins anew.",
			plan:    plan{constraint: true, create: retrying(updateThenInsert(db.ErrStale))},
		}, {
			name: "upsert-returning",
			summary: "A unique constraint and an upsert that changes the row which is there, and so gives its id: ON CONFLICT DO " +
				"UPDATE … RETURNING, or ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id).",
			plan: plan{constraint: true, create: retrying(upsert)},
		}, {
			name:    "begin-immediate",
			summary: "BEGIN IMMEDIATE takes the write lock before the SELECT.",
			engines: []string{"sqlite"}, plan: plan{create: retrying(selectThenInsertInTx(plainGet))},
		}, {
			name:    "serializable",
			summary: "SELECT and INSERT in a transaction at SERIALIZABLE, repeated when it could not be serialized.",
			engines: []string{"postgres", "mariadb"},
			plan:    plan{level: db.Serializable, create: retrying(selectThenInsertInTx(plainGet))},
		}, {
			name:    "advisory-lock",
			summary: "A named lock for the key, held until the transaction of SELECT and INSERT has ended.",
			engines: []string{"postgres"}, plan: plan{create: lockInTx},
		}, {
			name:    "advisory-lock",
			summary: "GET_LOCK for the key before the SELECT and RELEASE_LOCK after the INSERT.",
			engines: []string{"mariadb"}, plan: plan{create: lockAround},
		},
	}
}
