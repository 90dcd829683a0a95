package sqlquota

import (
	"context"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
)

// sumThenInsert adds up the rows, and if there is room inserts one, each statement for itself.
func sumThenInsert(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	used, err := c.used(ctx, key)
	if err != nil || !c.fits(used, amount) {
		return false, c.Undone(err)
	}
	given, err := c.insert(ctx, key, amount)
	return given, c.Alone(err)
}

// inTx runs a take in a transaction.
func inTx(take taker) taker {
	return func(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
		return db.InTx(ctx, c.Client, func(ctx context.Context) (bool, error) { return take(ctx, c, key, amount) })
	}
}

// insertIfFits are the statements of a transaction that adds up the rows.
func insertIfFits(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	used, err := c.used(ctx, key)
	if err != nil || !c.fits(used, amount) {
		return false, err
	}
	return c.insert(ctx, key, amount)
}

// think is how long an application works out what it found before it goes on: others come in on a fresh quota meanwhile.
const think = time.Millisecond

// thenThink are those of a transaction that locks the rows which it adds up, and takes its time.
func thenThink(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	fits, err := lockAndSum(ctx, c, key, amount)
	if err == nil && fits {
		err = harness.Pause(ctx, think)
	}
	if err != nil || !fits {
		return false, err
	}
	return c.insert(ctx, key, amount)
}

// lockRows are those of a transaction that locks the rows which it adds up.
func lockRows(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	fits, err := lockAndSum(ctx, c, key, amount)
	if err != nil || !fits {
		return false, err
	}
	return c.insert(ctx, key, amount)
}

func lockAndSum(ctx context.Context, c *client, key int32, amount int64) (fits bool, err error) {
	rows, err := c.Query(ctx, "lock rows", c.store.stmts.lockRows, key)
	used := int64(0)
	for _, row := range rows {
		used += row[0]
	}
	return err == nil && c.fits(used, amount), err
}

// lockParent are those of a transaction that locks the quota before it adds up its rows.
func lockParent(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	if _, err := c.number(ctx, "lock quota", c.store.stmts.lockParent, key); err != nil {
		return false, err
	}
	return insertIfFits(ctx, c, key, amount)
}

// lockParentLate has read something before it locks: what a transaction sees at REPEATABLE READ is of the moment of its
// first read.
func lockParentLate(ctx context.Context, c *client, key int32, amount int64) (bool, error) {
	if _, err := c.number(ctx, "read quota", c.store.stmts.capacity, key); err != nil {
		return false, err
	}
	return lockParent(ctx, c, key, amount)
}

func (c *client) insert(ctx context.Context, key int32, amount int64) (bool, error) {
	return c.change(ctx, "insert row", c.store.stmts.insert, key, amount)
}
