package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// Locker takes a lock, and gives what lets go of it. Its errors are harness.ErrNotApplied: it comes before any effect.
type Locker func(ctx context.Context, c *Client) (unlock func(context.Context), err error)

// Exclusive locks a file of its own, which nobody ever replaces or removes.
func Exclusive(ctx context.Context, c *Client) (func(context.Context), error) {
	f := flock.New(c.Lock())
	return flocked(ctx, f, f.Lock)
}

// Shared locks the same file together with others who only read.
func Shared(ctx context.Context, c *Client) (func(context.Context), error) {
	f := flock.New(c.Lock())
	return flocked(ctx, f, f.RLock)
}

// TheDocumentItself locks the document: the file that had the name when the wait began, not the one that has it when the
// wait is over.
func TheDocumentItself(ctx context.Context, c *Client) (func(context.Context), error) {
	f := flock.New(c.State())
	return flocked(ctx, f, f.Lock)
}

// flocked waits for a lock that the operating system keeps, without looking at ctx: who holds it has no more time than
// this client has. To ask now and then in the place of waiting would leave the lock to the one who had it last.
func flocked(ctx context.Context, f *flock.Flock, lock func() error) (func(context.Context), error) {
	if _, err := Look(ctx, "lock", func() (struct{}, error) { return struct{}{}, lock() }); err != nil {
		return nil, err
	}
	return func(ctx context.Context) { Always(ctx, "unlock", f.Unlock) }, nil
}

// LockFile makes a file that must not exist, and so has the lock; to remove it lets go.
func LockFile(ctx context.Context, c *Client) (func(context.Context), error) {
	return makeLockFile(ctx, c, func() error { return nil })
}

// StolenLockFile removes one that is old, since its holder may have crashed; but it may be slow as well.
func StolenLockFile(ctx context.Context, c *Client) (func(context.Context), error) {
	return makeLockFile(ctx, c, func() error {
		_, err := Look(ctx, "remove old lock", func() (struct{}, error) { return struct{}{}, removeOlder(c.Lock(), patience) })
		return err
	})
}

func makeLockFile(ctx context.Context, c *Client, taken func() error) (func(context.Context), error) {
	err := UntilFirst(ctx, func(ctx context.Context) error {
		f, err := Look(ctx, "lock", func() (*os.File, error) {
			return os.OpenFile(c.Lock(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		})
		switch {
		case errors.Is(err, fs.ErrExist):
			return errors.Join(ErrTaken, taken())
		case err != nil:
			return err
		}
		_ = f.Close() // nothing was written
		return nil
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) { Always(ctx, "unlock", func() error { return os.Remove(c.Lock()) }) }, nil
}

// removeOlder removes a file that was made so long ago. That it is gone already is fine.
func removeOlder(path string, age time.Duration) error {
	info, err := os.Stat(path)
	if err == nil && time.Since(info.ModTime()) > age {
		err = os.Remove(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
