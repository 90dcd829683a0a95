package sql

import (
	"context"
	"database/sql"
)

// Dialect is what sets one engine apart. Its values are made by [SQLite], [Postgres] and [MariaDB].
type Dialect interface {
	// Name is the engine's name in flags and reports: "sqlite", "postgres" or "mariadb".
	Name() string
	// NeedsDSN reports whether the engine is a server, whose address the user must give.
	NeedsDSN() bool
	// Validate says in one line, without the password, what is wrong with a DSN. It connects to nothing.
	Validate(dsn string) error
	// Check connects, logs in, and says in one line what is wrong and what to do about it. It makes no table.
	Check(ctx context.Context, dsn string) error

	// open makes the handle of a database. It need not connect yet.
	open(dsn string) (*database, error)
	// explain turns an error of connecting into one line which says what to do.
	explain(db *database, err error) error
	// version names the engine and its version.
	version(ctx context.Context, db *sql.DB) (string, error)
	// prepare gives the statements that every new connection runs, so that neither the server's nor the user's
	// defaults decide what a strategy means.
	prepare(ctx context.Context, db *sql.DB, l level) ([]string, error)
	// create gives the statement that makes the table.
	create(table string) string
	// createKeys gives the statement that makes a table of results, with a constraint that makes keys unique or without.
	// The database numbers the rows.
	createKeys(table string, constraint bool) string
	// rebind writes the query, whose parameters are question marks, in the engine's own way.
	rebind(query string) string
	// begin gives the statement that begins a transaction.
	begin(l level) string
	// found is what an UPDATE sets besides, on an engine whose UPDATE can't return rows, so that the answer's
	// LastInsertId is the v that it found. It is empty where UPDATE … RETURNING works.
	found() string
	// advisory gives the engine's named locks.
	advisory() advisory
	// outcome says what an error of one statement means.
	outcome(err error) outcome
	// duplicate reports whether a statement was refused since a row with the key is there.
	duplicate(err error) bool
	// unsent reports whether a driver's error proves that the statement was not sent.
	unsent(err error) bool
	// quiesce waits a moment for what a driver does in the background after a connection was given up.
	quiesce(driverConn any)
}

// database is an open handle and what goes with it.
type database struct {
	*sql.DB
	address string       // for messages: never with a password
	cleanup func() error // what to do after the handle was closed, or nil
}

// close closes the handle and removes what was made for it.
func (d *database) close() error {
	err := d.Close()
	if d.cleanup == nil {
		return err
	}
	if cerr := d.cleanup(); err == nil {
		err = cerr
	}
	return err
}

// level is how a strategy's transactions are isolated. The zero level is the engine's own default.
type level string

const (
	defaultLevel    level = ""
	readUncommitted level = "READ UNCOMMITTED"
	readCommitted   level = "READ COMMITTED"
	repeatableRead  level = "REPEATABLE READ"
	serializable    level = "SERIALIZABLE"
	snapshotChecked level = "REPEATABLE READ, innodb_snapshot_isolation=ON" // MariaDB
	deferred        level = "DEFERRED"                                      // SQLite: locks when it first writes
)

// outcome is what the engine's answer proves about a statement that failed.
type outcome struct {
	// refused: the server answered that the statement has no effect, and the connection can be used further. For a
	// COMMIT it means that the transaction was undone.
	refused bool
	// refusedCommit is the same for a COMMIT, where fewer errors are proof.
	refusedCommit bool
	// conflict: concurrency is the reason, and a repetition may succeed.
	conflict bool
}

// advisory are the statements of an engine's named locks, with the parameters (space, cell). The zero value means
// that it has none.
type advisory struct {
	lockInTx string // until the transaction ends
	lock     string // until unlock, or until the connection ends
	unlock   string
	space    func(table string) any // the space of names that belongs to one table
}
