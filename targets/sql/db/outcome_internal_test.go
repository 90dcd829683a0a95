package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
)

// TestOutcomes holds what is concluded from errors that are hard to bring about.
func TestOutcomes(t *testing.T) {
	pg := func(severity, code string) error { return &pgconn.PgError{SeverityUnlocalized: severity, Code: code} }
	my := func(number uint16) error { return &mysql.MySQLError{Number: number} }
	both, only := outcome{refused: true, refusedCommit: true}, outcome{refused: true}
	cases := []struct {
		d    Dialect
		err  error
		want outcome
	}{
		{Postgres(), pg("ERROR", "40001"), outcome{refused: true, refusedCommit: true, conflict: true}},
		{Postgres(), pg("ERROR", "40P01"), outcome{refused: true, refusedCommit: true, conflict: true}},
		{Postgres(), pg("ERROR", "23505"), both},
		{Postgres(), pg("ERROR", "57014"), both},
		{Postgres(), pg("ERROR", "40003"), outcome{}},
		{Postgres(), pg("ERROR", "08006"), outcome{}},
		{Postgres(), pg("FATAL", "57P01"), outcome{}},
		{Postgres(), pg("", "40001"), outcome{}}, // a server too old to say
		{MariaDB(), my(1213), outcome{refused: true, refusedCommit: true, conflict: true}},
		{MariaDB(), my(1205), outcome{refused: true, conflict: true}},
		{MariaDB(), my(1020), outcome{refused: true, conflict: true}},
		{MariaDB(), my(1064), only},
		{MariaDB(), my(1053), outcome{}}, // the server shuts down
		{MariaDB(), my(1180), outcome{}}, // an error during COMMIT
		{MariaDB(), my(1317), outcome{}}, // interrupted
		{MariaDB(), my(1927), outcome{}}, // the connection was killed
	}
	for _, d := range []Dialect{SQLite(), Postgres(), MariaDB()} {
		for _, err := range []error{errors.New("EOF"), driver.ErrBadConn, context.Canceled, context.DeadlineExceeded} {
			assert.Equal(t, outcome{}, d.outcome(err), "%s: %v", d.Name(), err)
		}
	}
	for _, c := range cases {
		assert.Equal(t, c.want, c.d.outcome(fmt.Errorf("wrapped: %w", c.err)), "%s: %v", c.d.Name(), c.err)
	}
}
