package db

import "context"

// Advisory gives the engine's named locks.
func (c *Client) Advisory() Advisory { return c.base.dialect.Advisory() }

// LockOf runs a statement of [Advisory] on one of the store's named locks. Every such statement returns 1 if it did what it
// should.
func (c *Client) LockOf(ctx context.Context, step, query string, number int) error {
	rows, err := c.Query(ctx, step, query, c.Advisory().space(c.base.name), number)
	if err != nil {
		return err
	}
	if len(rows) != 1 || rows[0][0] != 1 {
		return ErrLockTimeout
	}
	return nil
}
