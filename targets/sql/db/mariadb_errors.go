package db

import (
	"database/sql/driver"
	"errors"
	"slices"

	"github.com/go-sql-driver/mysql"
)

// Error numbers of MariaDB and MySQL.
const (
	myDuplicate   = 1062
	myChanged     = 1020 // the record has changed since it was read; needs innodb_snapshot_isolation
	myLockTimeout = 1205 // undoes the statement only; the transaction stays open until it is rolled back
	myDeadlock    = 1213 // undoes the transaction
)

// outcome trusts only errors that are known to undo the statement: conflicts, and what is found before a statement runs
// or row by row. Others, such as a server that goes down, may come when a commit is done but not yet answered. At
// COMMIT only a deadlock counts, by which a cluster refuses a transaction.
func (mariadb) outcome(err error) outcome {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return outcome{}
	}
	switch e.Number {
	case myDeadlock:
		return outcome{refused: true, refusedCommit: true, conflict: true}
	case myChanged, myLockTimeout:
		return outcome{refused: true, conflict: true}
	default:
		return outcome{refused: slices.Contains(refusals(), e.Number)}
	}
}

// refusals are syntax, rights, names, ranges and read-only servers.
func refusals() []uint16 {
	return []uint16{1044, 1045, 1046, 1048, 1050, 1054, 1062, 1064, 1142, 1143, 1146, 1227, 1264, 1290, 1364, 1366, 1690, 1792, 1836}
}

func (mariadb) Duplicate(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && e.Number == myDuplicate
}

// unsent trusts the driver, which gives driver.ErrBadConn only when not a byte was written.
func (mariadb) unsent(err error) bool { return errors.Is(err, driver.ErrBadConn) }

// explain names what a user can do about a connection that was not made.
func (mariadb) explain(db *database, err error) error {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return explainNetwork("mariadb", db.address, err)
	}
	advice := "see the server's log"
	switch e.Number {
	case 1045, 1698:
		advice = "correct the user and the password in the DSN"
	case 1044:
		advice = "give the user rights on the database, or name another in the DSN"
	case 1049:
		advice = "create the database, or name another in the DSN"
	case 1040, 1203, 1226:
		advice = "use fewer clients, or raise max_connections"
	case 1130:
		advice = "allow the user to connect from this host"
	}
	return explained("mariadb", db.address, e.Message, advice, err)
}
