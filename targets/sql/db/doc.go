// Package db is what stores in a relational database have in common, whatever they hold: SQLite, PostgreSQL, MariaDB or
// MySQL. The stores, with their strategies, are packages beside this one: sqlcells is the simplest to follow, sqlkeys the
// shortest.
//
// Every strategy is written once and runs on each [Dialect] where it makes sense. A client has one connection of its own, and
// every statement on it is one step of the harness, so that the harness can let other clients act between any two statements.
// What a store makes is tables under one random name, or for SQLite a fresh file; closing the store drops them and touches
// nothing else.
//
// Nothing is sent twice behind the strategy's back. The pool of database/sql repeats a statement on another connection
// when a driver reports a bad one, but never on a connection that is held, which is the only kind used here. What
// the drivers do on their own is turned off where they are configured: see postgres.go, mariadb.go and sqlite.go.
//
// # Writing a store
//
// A store embeds a [Base], and its Setup makes the tables, whose columns it writes in what all engines share (INTEGER, BIGINT,
// VARCHAR), with [Dialect.Serial] and [Dialect.TableOptions] for what differs:
//
//	type store struct{ *db.Base }
//
//	b := db.NewBase(d, dsn, db.ReadCommitted)   // the level of InTx
//	b.Begin(ctx, []db.Table{
//		{Name: b.Table(), Create: b.SQL("CREATE TABLE {t} (id " + d.Serial() + ", k INTEGER NOT NULL)" + d.TableOptions())},
//		{Name: b.Table("_log"), Create: b.SQL("CREATE TABLE {t}_log (…)" + d.TableOptions())},
//	}, fill)                                    // fill: nil, or what puts rows into them
//	b.SQL("UPDATE {t} SET v = ? WHERE k = ?")   // once for a store, not for each operation
//
// Its Open gives a session that embeds a [Client], by b.Client(ctx, number). A session's steps are
//
//	n, err := s.Exec(ctx, "write value", query, args...)     // rows that matched
//	rows, err := s.Query(ctx, "read value", query, args...)  // [][]int64
//	v, err := db.Statement(ctx, s.Client, "insert row", do)  // whatever the driver's connection gives, e.g. LastInsertId
//	v, err := db.InTx(ctx, s.Client, func(ctx context.Context) (T, error) { … })
//	err := s.LockOf(ctx, "lock", s.Advisory().Lock, number)  // where the engine has named locks
//
// # What an error means
//
// The errors of these steps are bare: each operation says what its own mean, by one of
//
//	return v, s.Undone(err)  // nothing has been changed so far, as after a read: not applied
//	return v, s.Alone(err)   // of a statement that commits by itself: not applied only if the engine's answer proves it
//	return db.InTx(…)        // has said it already: of an error inside nothing stays; of COMMIT's, what the answer proves
//
// All of them leave the client with a connection in a known state, or without one, so that the next operation waits for a new
// one. Reasons of the strategy's own are [ErrStale] (repeat), [ErrMissing] and, inside InTx, [ErrRefused] (roll back, and answer
// the zero value). [Client.Conflict] is what [harness.Retry] takes: it reports whether to try again. [Dialect.Duplicate] finds
// the refusal of a unique constraint. Who holds an advisory lock of the connection when an error comes calls [Client.Discard].
package db
