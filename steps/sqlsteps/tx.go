package sqlsteps

import (
	"context"
	"database/sql/driver"

	"github.com/lostupdate/stress/harness"
)

// tx is a transaction with steps. Its methods have no context but that of its begin.
type tx struct {
	driver.Tx // the driver's own

	ctx context.Context
}

// Commit rolls back if its step is not taken: the connection goes on to others, who must not find the transaction open.
func (t *tx) Commit() error {
	taken, err := t.step("commit", t.Tx.Commit)
	if !taken {
		_ = t.Tx.Rollback() // why the step was not taken is what counts
	}
	return err
}

// Rollback rolls back whether its step is taken or not, for the same reason. When the context is done, package sql calls
// it from a goroutine of its own, maybe long after the operation: that is no step of anybody's.
func (t *tx) Rollback() error {
	if t.ctx.Err() != nil {
		return t.Tx.Rollback()
	}
	taken, err := t.step("rollback", t.Tx.Rollback)
	if !taken {
		return t.Tx.Rollback()
	}
	return err
}

func (t *tx) step(name string, end func() error) (taken bool, err error) {
	return harness.Step(t.ctx, name, func(context.Context) (bool, error) { return true, end() })
}
