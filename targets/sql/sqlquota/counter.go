package sqlquota

import (
	"context"

	"github.com/lostupdate/stress/harness"
)

// readModifyWrite reads the counter, and if there is room writes what it computes, each statement for itself.
func readModifyWrite(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	used, err := c.used(ctx, key)
	if err != nil || !c.fits(used, amount) {
		return false, c.Undone(err)
	}
	done, err := c.change(ctx, "write counter", c.store.stmts.set, used+amount, key)
	return done, c.Alone(err)
}

// checkThenAdd reads the counter, and if there is room has the database add, each statement for itself.
func checkThenAdd(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	used, err := c.used(ctx, key)
	if err != nil || !c.fits(used, amount) {
		return false, c.Undone(err)
	}
	done, err := c.change(ctx, "add", c.store.stmts.add, amount, key)
	return done, c.Alone(err)
}

// addIfFits has the database look and add by one statement.
func addIfFits(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	given, err := c.change(ctx, "add if it fits", c.store.stmts.addIfFits, amount, key, amount)
	return given, c.Alone(err)
}

// addChecked has the database add, and takes it for a refusal if the constraint forbids that.
func addChecked(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	given, err := c.change(ctx, "add", c.store.stmts.add, amount, key)
	if c.Dialect().Forbidden(err) {
		return false, nil
	}
	return given, c.Alone(err)
}

// again repeats a take as long as concurrency is what refuses it.
func again(take taker) taker {
	return func(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
		return harness.Retry(ctx, c.Conflict, func(ctx context.Context) (bool, error) { return take(ctx, c, key, amount) })
	}
}
