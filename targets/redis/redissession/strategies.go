package redissession

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/session"
)

// Strategy is one way to read beside a primary and its replica.
type Strategy = strategy.For[*session.Workload, session.Input, session.Output]

// Strategies lists the ways in which this package reads, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{
		{
			Name: "read-replica",
			Summary: "Writes to the primary and reads from the replica: the primary answers before it has passed on what was " +
				"written, so that a client may look for it too early.",
			Shows: map[string]string{session.Name: checkers.UnreadWrite},
			Ops:   2000, New: newStore(way{replica: true}),
		},
		{
			Name:    "read-primary",
			Summary: "Reads from the primary, too: the replica is there for when it fails.",
			New:     newStore(way{}),
		},
		{
			Name: "wait-then-read",
			Summary: "WAIT after each write, for all replicas that the primary had when the run began: each acknowledges what it has " +
				"carried out, so that a read that it is sent later sees it. A client whose WAIT ran out of time reads from the primary.",
			New: newStore(way{replica: true, wait: true}),
		},
	}
}

var errTwo = errors.New("redis+replica: the DSN is that of the primary and that of the replica, with a space between")

// Validate says what is wrong with the two addresses. It connects to nothing.
func Validate(dsn string) error { return each(dsn, conn.Validate) }

// Check connects to both, and holds that the second is a replica of the first.
func Check(ctx context.Context, dsn string) (err error) {
	if err := each(dsn, func(one string) error { return conn.Check(ctx, one) }); err != nil {
		return err
	}
	s := newPair(dsn)
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	return s.connect(ctx)
}

func each(dsn string, check func(string) error) error {
	two, err := strategy.Both(dsn, check)
	if !two {
		return errTwo
	}
	return err
}
