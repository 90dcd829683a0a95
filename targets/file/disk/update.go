package disk

import (
	"bytes"
	"context"
	"os"

	"github.com/lostupdate/stress/harness"
)

// Edit changes a document. It gives false if it leaves it as it is.
type Edit func(d Document) (changed bool)

// Updater carries out an edit on the document in the file, in the way of one strategy. It may carry it out several times;
// the last one counts.
type Updater func(ctx context.Context, c *Client, e Edit) error

// ReadThenWrite reads, edits, and writes, as three lines of application code do.
func ReadThenWrite(read Reader, write Writer) Updater {
	return func(ctx context.Context, c *Client, e Edit) error {
		d, err := read(ctx, c)
		if err != nil || !e(d) {
			return err
		}
		return write(ctx, c, d)
	}
}

// Under holds a lock from before the read until after the write.
func Under(lock Locker, update Updater) Updater {
	return func(ctx context.Context, c *Client, e Edit) error {
		unlock, err := lock(ctx, c)
		if err != nil {
			return err
		}
		defer unlock(ctx)
		return update(ctx, c, e)
	}
}

// WriteUnder takes the lock only to write.
func WriteUnder(lock Locker, write Writer) Writer {
	return func(ctx context.Context, c *Client, d Document) error {
		unlock, err := lock(ctx, c)
		if err != nil {
			return err
		}
		defer unlock(ctx)
		return write(ctx, c, d)
	}
}

// ReadUnder takes the lock to read.
func ReadUnder(lock Locker, read Reader) Reader {
	return func(ctx context.Context, c *Client) (Document, error) {
		unlock, err := lock(ctx, c)
		if err != nil {
			return nil, err
		}
		defer unlock(ctx)
		return read(ctx, c)
	}
}

// LookAgain looks whether the file still is what was read, and begins anew if it is not; but the file can be replaced
// between this look and the rename.
func LookAgain(ctx context.Context, c *Client, e Edit) error {
	return UntilFirst(ctx, func(ctx context.Context) error {
		text, err := Look(ctx, "read file", func() ([]byte, error) { return os.ReadFile(c.State()) })
		if err != nil {
			return err
		}
		d, err := parse(text)
		if err != nil {
			return harness.NotApplied(err)
		}
		if !e(d) {
			return nil
		}
		now, err := Look(ctx, "read file again", func() ([]byte, error) { return os.ReadFile(c.State()) })
		if err != nil {
			return err
		}
		if !bytes.Equal(text, now) {
			return ErrTaken
		}
		return Replace(ctx, c, d)
	})
}

// UntilFirst repeats fn as long as somebody else was first.
func UntilFirst(ctx context.Context, fn func(context.Context) error) error {
	_, err := harness.Retry(ctx, IsTaken, func(ctx context.Context) (struct{}, error) { return struct{}{}, fn(ctx) })
	return err
}
