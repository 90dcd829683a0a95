package file

import (
	"bytes"
	"context"
	"os"

	"github.com/lostupdate/stress/harness"
)

// edit changes a document. It gives false if it leaves it as it is.
type edit func(d document) (changed bool)

// updater carries out an edit on the document in the file, in the way of one strategy. It may carry it out several times;
// the last one counts.
type updater func(ctx context.Context, c *client, e edit) error

// readThenWrite reads, edits, and writes, as three lines of application code do.
func readThenWrite(read reader, write writer) updater {
	return func(ctx context.Context, c *client, e edit) error {
		d, err := read(ctx, c)
		if err != nil || !e(d) {
			return err
		}
		return write(ctx, c, d)
	}
}

// under holds a lock from before the read until after the write.
func under(lock locker, update updater) updater {
	return func(ctx context.Context, c *client, e edit) error {
		unlock, err := lock(ctx, c)
		if err != nil {
			return err
		}
		defer unlock(ctx)
		return update(ctx, c, e)
	}
}

// writeUnder takes the lock only to write.
func writeUnder(lock locker, write writer) writer {
	return func(ctx context.Context, c *client, d document) error {
		unlock, err := lock(ctx, c)
		if err != nil {
			return err
		}
		defer unlock(ctx)
		return write(ctx, c, d)
	}
}

// readUnder takes the lock to read.
func readUnder(lock locker, read reader) reader {
	return func(ctx context.Context, c *client) (document, error) {
		unlock, err := lock(ctx, c)
		if err != nil {
			return nil, err
		}
		defer unlock(ctx)
		return read(ctx, c)
	}
}

// lookAgain looks whether the file still is what was read, and begins anew if it is not; but the file can be replaced
// between this look and the rename.
func lookAgain(ctx context.Context, c *client, e edit) error {
	return untilFirst(ctx, func(ctx context.Context) error {
		text, err := look(ctx, "read file", func() ([]byte, error) { return os.ReadFile(c.state()) })
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
		now, err := look(ctx, "read file again", func() ([]byte, error) { return os.ReadFile(c.state()) })
		if err != nil {
			return err
		}
		if !bytes.Equal(text, now) {
			return errTaken
		}
		return replace(ctx, c, d)
	})
}

// untilFirst repeats fn as long as somebody else was first.
func untilFirst(ctx context.Context, fn func(context.Context) error) error {
	_, err := harness.Retry(ctx, isTaken, func(ctx context.Context) (struct{}, error) { return struct{}{}, fn(ctx) })
	return err
}
