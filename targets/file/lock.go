package file

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// locker takes a lock, and gives what lets go of it. Its errors are harness.ErrNotApplied: it comes before any effect.
type locker func(ctx context.Context, c *client) (unlock func(context.Context), err error)

// exclusive locks a file of its own, which nobody ever replaces or removes.
func exclusive(ctx context.Context, c *client) (func(context.Context), error) {
	f := flock.New(c.lock())
	return flocked(ctx, f, f.Lock)
}

// shared locks the same file together with others who only read.
func shared(ctx context.Context, c *client) (func(context.Context), error) {
	f := flock.New(c.lock())
	return flocked(ctx, f, f.RLock)
}

// theDocumentItself locks the document: the file that had the name when the wait began, not the one that has it when the
// wait is over.
func theDocumentItself(ctx context.Context, c *client) (func(context.Context), error) {
	f := flock.New(c.state())
	return flocked(ctx, f, f.Lock)
}

// flocked waits for a lock that the operating system keeps, without looking at ctx: who holds it has no more time than
// this client has. To ask now and then in the place of waiting would leave the lock to the one who had it last.
func flocked(ctx context.Context, f *flock.Flock, lock func() error) (func(context.Context), error) {
	if _, err := look(ctx, "lock", func() (struct{}, error) { return struct{}{}, lock() }); err != nil {
		return nil, err
	}
	return func(ctx context.Context) { always(ctx, "unlock", f.Unlock) }, nil
}

// lockFile makes a file that must not exist, and so has the lock; to remove it lets go.
func lockFile(ctx context.Context, c *client) (func(context.Context), error) {
	return makeLockFile(ctx, c, func() error { return nil })
}

// stolenLockFile removes one that is old, since its holder may have crashed; but it may be slow as well.
func stolenLockFile(ctx context.Context, c *client) (func(context.Context), error) {
	return makeLockFile(ctx, c, func() error {
		_, err := look(ctx, "remove old lock", func() (struct{}, error) { return struct{}{}, removeOlder(c.lock(), patience) })
		return err
	})
}

func makeLockFile(ctx context.Context, c *client, taken func() error) (func(context.Context), error) {
	err := untilFirst(ctx, func(ctx context.Context) error {
		f, err := look(ctx, "lock", func() (*os.File, error) {
			return os.OpenFile(c.lock(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		})
		switch {
		case errors.Is(err, fs.ErrExist):
			return errors.Join(errTaken, taken())
		case err != nil:
			return err
		}
		return f.Close()
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) { always(ctx, "unlock", func() error { return os.Remove(c.lock()) }) }, nil
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
