package sqlcells

import "github.com/lostupdate/stress/targets/sql/db"

// correctRecipes also has the transactions whose verdict depends on the engine.
func correctRecipes(d db.Dialect) []recipe {
	return append(plainTransactions(d), []recipe{
		{
			name:    "atomic",
			summary: "UPDATE v = v + d, with the condition in its WHERE: the database does the arithmetic on the newest value.",
			update:  inDatabase,
		}, {
			name:    "compare-and-set",
			summary: "UPDATE … WHERE v = the value read, and again from the start if no row matched.",
			update:  retrying(optimistic(valueGuard, true)),
		}, {
			name:    "optimistic",
			summary: "UPDATE … WHERE version = the one read, and again from the start if no row matched.",
			update:  retrying(optimistic(versionGuard, true)),
		}, {
			name:    "row-lock",
			summary: "SELECT … FOR UPDATE and the UPDATE in one transaction, rows in ascending order.",
			engines: []string{"postgres", "mariadb"}, update: transaction(lockRead),
		}, {
			name:    "begin-immediate",
			summary: "BEGIN IMMEDIATE takes the write lock before the SELECT.",
			engines: []string{"sqlite"}, update: transaction(plainRead),
		}, {
			name:    "repeatable-read",
			summary: "SELECT and UPDATE in a transaction at REPEATABLE READ, repeated when it could not serialize access.",
			engines: []string{"postgres"}, level: db.RepeatableRead, update: retrying(transaction(plainRead)),
		}, {
			name: "snapshot-isolation",
			summary: "SELECT and UPDATE in a transaction at REPEATABLE READ with innodb_snapshot_isolation=ON, " +
				"repeated when the record has changed.",
			engines: []string{"mariadb"}, level: db.SnapshotChecked, update: retrying(transaction(plainRead)),
		}, {
			name:    "serializable",
			summary: "SELECT and UPDATE in a transaction at SERIALIZABLE, repeated when it could not be serialized.",
			engines: []string{"postgres", "mariadb"}, level: db.Serializable, update: retrying(transaction(plainRead)),
		}, {
			name:    "advisory-lock",
			summary: "A named lock that is held until the transaction has ended.",
			engines: []string{"postgres"}, update: lockInTx,
		}, {
			name:    "advisory-lock",
			summary: "GET_LOCK before the transaction and RELEASE_LOCK after its COMMIT.",
			engines: []string{"mariadb"}, update: lockAroundTx,
		},
	}...)
}

// plainTransactions are SELECT and UPDATE in a transaction that nobody repeats: what an engine's level alone does.
func plainTransactions(d db.Dialect) []recipe {
	rr := recipe{
		name:    "tx-repeatable-read",
		summary: "SELECT and UPDATE in a transaction at REPEATABLE READ, not repeated: PostgreSQL refuses the second of two.",
		engines: []string{"postgres", "mariadb"}, level: db.RepeatableRead, update: transaction(plainRead),
		refuses: true,
	}
	if d.Name() == "mariadb" {
		rr.summary = "SELECT and UPDATE in a transaction at REPEATABLE READ, the default: " +
			"the UPDATE overwrites what the snapshot does not show."
		rr.shows, rr.refuses = lost(), false
	}
	return []recipe{rr, {
		name:    "tx-serializable",
		summary: "SELECT and UPDATE in a transaction at SERIALIZABLE, not repeated: one of two is refused.",
		engines: []string{"postgres", "mariadb"}, level: db.Serializable, update: transaction(plainRead),
		refuses: true,
	}, {
		name:    "tx-deferred",
		summary: "SELECT and UPDATE in a plain transaction, not repeated: the one whose snapshot is old is refused as busy.",
		engines: []string{"sqlite"}, level: db.Deferred, update: transaction(plainRead),
		refuses: true,
	}}
}
