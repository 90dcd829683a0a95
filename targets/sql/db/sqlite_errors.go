package db

import (
	"errors"

	driver "modernc.org/sqlite"
)

// Primary result codes of SQLite; extended ones have them in their low byte. https://sqlite.org/rescode.html
const (
	sqliteError      = 1
	sqliteBusy       = 5 // also 261 BUSY_RECOVERY, 517 BUSY_SNAPSHOT, 773 BUSY_TIMEOUT
	sqliteLocked     = 6
	sqliteReadOnly   = 8
	sqliteFull       = 13
	sqliteConstraint = 19
	sqliteNotADB     = 26

	sqliteUnique = 2067 // extended: a constraint, and that of UNIQUE
)

// sqliteCode gives the primary result code, or 0 for another error.
func sqliteCode(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// outcome trusts the codes of statements that SQLite undoes before it answers. A COMMIT that is BUSY leaves the
// transaction open, to be rolled back. An I/O error proves nothing. An interrupt comes from the driver as the context's
// error, even when the statement was done already, and so proves nothing either.
func (sqlite) outcome(err error) outcome {
	switch sqliteCode(err) {
	case sqliteBusy, sqliteLocked:
		return outcome{refused: true, refusedCommit: true, conflict: true}
	case sqliteError, sqliteReadOnly, sqliteConstraint, sqliteFull:
		return outcome{refused: true}
	default:
		return outcome{}
	}
}

func (sqlite) Duplicate(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code() == sqliteUnique
}
