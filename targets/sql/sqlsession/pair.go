package sqlsession

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/targets/strategy"
)

var (
	errPrimary = errors.New("postgres+standby: the first server is a standby itself; " +
		"name its primary first in the DSN, then the standby")
	errStandby = errors.New("postgres+standby: the second server is no standby; set one up by pg_basebackup, or correct the DSN")
	errOther   = errors.New("postgres+standby: the second server is a standby of another one than the first; correct the DSN")
)

// origin is what tells a server's place.
type origin struct {
	standby bool
	system  int64 // which a standby has from its primary; 0 if the server won't tell
}

// follows holds that the second server of a DSN is a standby of the first.
func follows(ctx context.Context, dsn string) error {
	first, second := strategy.Addresses(dsn)
	primary, err := ask(ctx, first)
	if err != nil {
		return err
	}
	standby, err := ask(ctx, second)
	switch {
	case err != nil:
		return err
	case primary.standby:
		return errPrimary
	case !standby.standby:
		return errStandby
	case primary.system != standby.system && primary.system != 0 && standby.system != 0:
		return errOther
	}
	return nil
}

func ask(ctx context.Context, dsn string) (o origin, err error) {
	b := newBase(dsn)
	defer func() { err = errors.Join(err, b.Close(ctx)) }()
	if err := b.Begin(ctx, nil, nil); err != nil {
		return o, err
	}
	c, err := b.Client(ctx, 0)
	if err != nil {
		return o, err
	}
	recovers, err := one(c.Query(ctx, "ask whether it is a standby", "SELECT pg_is_in_recovery()::int"))
	if err != nil {
		return o, err
	}
	// Not every user may ask for this.
	o.system, _ = one(c.Query(ctx, "ask for system", "SELECT system_identifier FROM pg_control_system()"))
	o.standby = recovers == 1
	return o, nil
}
