package db

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

	// Rebind writes the query, whose parameters are question marks, in the engine's own way.
	Rebind(query string) string
	// Serial is the type of the column that is the table's primary key and that the database numbers, upwards.
	Serial() string
	// TableOptions is what follows the columns in CREATE TABLE, or nothing.
	TableOptions() string
	// Returning reports whether INSERT and UPDATE can have a RETURNING. Where they can't, an answer's LastInsertId is the only
	// thing that they give besides how many rows they matched.
	Returning() bool
	// Advisory gives the engine's named locks.
	Advisory() Advisory
	// Duplicate reports whether a statement was refused since a row with the key is there.
	Duplicate(err error) bool

	// open makes the handle of a database. It need not connect yet.
	open(dsn string) (*database, error)
	// explain turns an error of connecting into one line which says what to do.
	explain(db *database, err error) error
	// version names the engine and its version.
	version(ctx context.Context, db *sql.DB) (string, error)
	// prepare gives the statements that every new connection runs, so that neither the server's nor the user's
	// defaults decide what a strategy means.
	prepare(ctx context.Context, db *sql.DB, l Level) ([]string, error)
	// begin gives the statement that begins a transaction.
	begin(l Level) string
	// outcome says what an error of one statement means.
	outcome(err error) outcome
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

// Level is how a strategy's transactions are isolated. The zero level is the engine's own default.
type Level string

// The levels. PostgreSQL's default is READ COMMITTED, MariaDB's REPEATABLE READ, and SQLite's to take the write lock as it
// begins.
const (
	DefaultLevel    Level = ""
	ReadUncommitted Level = "READ UNCOMMITTED"
	ReadCommitted   Level = "READ COMMITTED"
	RepeatableRead  Level = "REPEATABLE READ"
	Serializable    Level = "SERIALIZABLE"
	SnapshotChecked Level = "REPEATABLE READ, innodb_snapshot_isolation=ON" // MariaDB
	Deferred        Level = "DEFERRED"                                      // SQLite: locks when it first writes
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

// Advisory are the statements of an engine's named locks, with the parameters (space, number), which [Client.LockOf] gives
// them. The zero value means that it has none.
type Advisory struct {
	LockInTx string // until the transaction ends
	Lock     string // until unlock, or until the connection ends
	Unlock   string
	space    func(table string) any // the space of names that belongs to one table
}
