package sqlsession

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/session"
)

// Strategy is one way to read beside a primary and its standby.
type Strategy = strategy.For[*session.Workload, session.Input, session.Output]

// Strategies lists the ways in which this package reads, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{
		{
			Name: "read-replica",
			Summary: "Writes to the primary and reads from the hot standby, which applies what was written a little later: what a " +
				"client has just written is not there yet.",
			Shows: map[string]string{session.Name: checkers.UnreadWrite},
			New:   newStore(way{read: readStandby}),
		},
		{
			Name:    "read-primary",
			Summary: "Reads from the primary, too: the standby is there for when it fails.",
			New:     newStore(way{read: readPrimary}),
		},
		{
			Name: "wait-for-lsn",
			Summary: "Keeps the end of the primary's log after each write, and reads from the standby once that has replayed the " +
				"log up to there: each client waits for its own writes, and for nothing else.",
			New: newStore(way{read: readOnceApplied, token: true}),
		},
	}
}

var errTwo = errors.New("postgres+standby: the DSN is that of the primary and that of the standby, with a space between")

// Validate says what is wrong with the two addresses. It connects to nothing.
func Validate(dsn string) error {
	return each(dsn, db.Postgres().Validate)
}

// Check connects to both, and holds that the second is a standby of the first.
func Check(ctx context.Context, dsn string) error {
	if err := each(dsn, func(one string) error { return db.Postgres().Check(ctx, one) }); err != nil {
		return err
	}
	return follows(ctx, dsn)
}

func each(dsn string, check func(string) error) error {
	two, err := strategy.Both(dsn, check)
	if !two {
		return errTwo
	}
	return err
}
