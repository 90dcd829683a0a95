// Package sql updates cells, and makes the results of keys, in a table of a relational database: SQLite, PostgreSQL, MariaDB
// or MySQL.
//
// Every [cells.Strategy] and [keys.Strategy] is written once and runs on each [Dialect] where it makes sense. A client has
// one connection of its own, and every statement on it is one step of the harness, so that the harness can let other
// clients act between any two statements. What a store makes is one table with a random name, or for SQLite a fresh file;
// closing the store drops it and touches nothing else.
//
// Nothing is sent twice behind the strategy's back. The pool of database/sql repeats a statement on another connection
// when a driver reports a bad one, but never on a connection that is held, which is the only kind used here. What
// the drivers do on their own is turned off where they are configured: see postgres.go, mariadb.go and sqlite.go.
package sql
