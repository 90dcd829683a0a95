package db

import (
	"errors"
	"hash/fnv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLSTATE codes. https://www.postgresql.org/docs/current/errcodes-appendix.html
const (
	pgSerialization  = "40001"
	pgDeadlock       = "40P01"
	pgUnknownOutcome = "40003"
	pgUnique         = "23505"
	pgConnection     = "08" // class
)

// outcome trusts an answer of severity ERROR: the server has undone the statement, or at COMMIT the transaction. FATAL
// ends the connection, and may come when a commit is done but not yet answered; so it proves nothing. Neither does
// 40003, by which servers say that they don't know.
func (postgres) outcome(err error) outcome {
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.SeverityUnlocalized != "ERROR" || e.Code == pgUnknownOutcome ||
		strings.HasPrefix(e.Code, pgConnection) {
		return outcome{}
	}
	conflict := e.Code == pgSerialization || e.Code == pgDeadlock
	return outcome{refused: true, refusedCommit: true, conflict: conflict}
}

func (postgres) Duplicate(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == pgUnique
}

// unsent trusts nothing: pgx 5.12 gives driver.ErrBadConn, which is to mean that nothing was sent, also for a statement
// without parameters, such as COMMIT, whose answer was lost. The pool of database/sql would then send it again.
func (postgres) unsent(error) bool { return false }

// explain names what a user can do about a connection that was not made.
func (postgres) explain(db *database, err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return explainNetwork("postgres", db.address, err)
	}
	advice := "see the server's log"
	switch e.Code {
	case "28P01", "28000":
		advice = "correct the user and the password in the DSN"
	case "3D000":
		advice = "create the database, or name another in the DSN"
	case "53300":
		advice = "use fewer clients, or raise max_connections"
	case "57P03":
		advice = "wait until the server has started"
	}
	return explained("postgres", db.address, e.Message, advice, err)
}

// hashName spreads tables over the space of advisory locks, which a whole database shares.
func hashName(table string) int32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(table)) // never fails
	return int32(h.Sum32())
}
