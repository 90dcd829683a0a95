package sqldoctors

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
)

// checkThenUpdate looks whether another doctor is on call, and if so updates the own row, each statement for itself.
func checkThenUpdate(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
	on, err := c.onCall(ctx, "read rows", c.store.stmts.onCall, shift)
	if err != nil || on.Without(int(doctor)) == 0 {
		return false, c.Undone(err)
	}
	left, err := c.change(ctx, "update own row", c.store.stmts.leave, shift, doctor)
	return left, c.Alone(err)
}

// leaveBy are the statements of a transaction that looks by the query given.
func leaveBy(step string, look func(*statements) string) leaver {
	return func(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
		on, err := c.onCall(ctx, step, look(c.store.stmts), shift)
		if err != nil || on.Without(int(doctor)) == 0 {
			return false, err
		}
		return c.change(ctx, "update own row", c.store.stmts.leave, shift, doctor)
	}
}

func plain() leaver { return leaveBy("read rows", func(s *statements) string { return s.onCall }) }

func lockAll() leaver {
	return leaveBy("lock all rows", func(s *statements) string { return s.lockAll })
}

// lockOwn are those of a transaction that locks the own row before it looks.
func lockOwn(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
	rows, err := c.Query(ctx, "lock own row", c.store.stmts.lockOwn, shift, doctor)
	switch {
	case err != nil:
		return false, err
	case len(rows) != 1:
		return false, db.ErrMissing
	}
	return plain()(ctx, c, shift, doctor)
}

// countedLeave are those of a transaction that changes the own row, and then the shift's counter, unless that is the last.
// Who had left before is let go again: the counter says that somebody else is there.
func countedLeave(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
	changed, err := c.change(ctx, "update own row", c.store.stmts.leaveIf, shift, doctor)
	if err != nil || !changed {
		return err == nil, err
	}
	counted, err := c.change(ctx, "count down", c.store.stmts.less, shift)
	if err == nil && !counted {
		err = db.ErrRefused
	}
	return counted, err
}

// inTx runs a leave in a transaction.
func inTx(leave leaver) leaver {
	return func(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
		return db.InTx(ctx, c.Client, func(ctx context.Context) (bool, error) { return leave(ctx, c, shift, doctor) })
	}
}

// again repeats a leave as long as concurrency is what refuses it.
func again(leave leaver) leaver {
	return func(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
		return harness.Retry(ctx, c.Conflict, func(ctx context.Context) (bool, error) { return leave(ctx, c, shift, doctor) })
	}
}

// back updates the own row.
func back(ctx context.Context, c *client, shift, doctor int32) error {
	_, err := again(func(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
		done, err := c.change(ctx, "update own row", c.store.stmts.back, shift, doctor)
		return done, c.Alone(err)
	})(ctx, c, shift, doctor)
	return err
}

// backInTx updates the own row in a transaction of the strategy's level. PostgreSQL finds what can't be serialized only among
// transactions that all are SERIALIZABLE: a plain UPDATE makes a version of the row whose readers it does not know of, and
// whoever changes that version goes unnoticed by those who had read the one before.
func backInTx(ctx context.Context, c *client, shift, doctor int32) error {
	_, err := again(inTx(func(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
		return c.change(ctx, "update own row", c.store.stmts.back, shift, doctor)
	}))(ctx, c, shift, doctor)
	return err
}

// countedBack updates the own row, and if that changed it the shift's counter.
func countedBack(ctx context.Context, c *client, shift, doctor int32) error {
	_, err := again(inTx(func(ctx context.Context, c *client, shift, doctor int32) (bool, error) {
		changed, err := c.change(ctx, "update own row", c.store.stmts.backIf, shift, doctor)
		if err != nil || !changed {
			return false, err
		}
		return c.change(ctx, "count up", c.store.stmts.more, shift)
	}))(ctx, c, shift, doctor)
	return err
}
