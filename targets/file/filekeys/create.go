package filekeys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"github.com/lostupdate/stress/targets/file/disk"
	"github.com/lostupdate/stress/targets/keys"
)

// fresh makes a result, which is in no file yet.
func fresh(c *disk.Client) keys.Result {
	return keys.Result{Found: true, ID: c.Number(), Created: true}
}

// fromDocument finds the key's result in the document.
func fromDocument(read disk.Reader) getter {
	return func(ctx context.Context, c *disk.Client, key int) (keys.Result, error) {
		d, err := read(ctx, c)
		id, ok := d[key]
		return keys.Result{Found: ok, ID: id}, err
	}
}

// intoDocument makes the key's result in the document, unless it has one.
func intoDocument(update disk.Updater) maker {
	return func(ctx context.Context, c *disk.Client, key int) (r keys.Result, err error) {
		own := fresh(c)
		err = update(ctx, c, func(d disk.Document) bool {
			id, ok := d[key]
			if ok {
				r = keys.Result{Found: true, ID: id}
				return false
			}
			r, d[key] = own, own.ID
			return true
		})
		return r, err
	}
}

// result is the file of a key's result.
func result(p *disk.Place, key int) string { return p.Path(fmt.Sprintf("key-%d", key)) }

// fromFile reads the key's file. One that is empty is still being written.
func fromFile(ctx context.Context, c *disk.Client, key int) (keys.Result, error) {
	return disk.Look(ctx, "read file", func() (keys.Result, error) {
		text, err := os.ReadFile(result(c.Place, key))
		if errors.Is(err, fs.ErrNotExist) || err == nil && len(text) == 0 {
			return keys.Result{}, nil
		}
		if err != nil {
			return keys.Result{}, err
		}
		id, err := strconv.ParseInt(string(text), 10, 64)
		return keys.Result{Found: true, ID: id}, err
	})
}

// idText is a result as it stands in its file.
func idText(r keys.Result) []byte { return strconv.AppendInt(nil, r.ID, 10) }

// statThenRename looks whether the file is there, and if not puts one in its place, whatever is there by then.
func statThenRename(ctx context.Context, c *disk.Client, key int) (keys.Result, error) {
	there, err := disk.Look(ctx, "stat file", func() (bool, error) {
		_, err := os.Stat(result(c.Place, key))
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return true, err
	})
	switch {
	case err != nil:
		return keys.Result{}, err
	case there:
		return fromFile(ctx, c, key)
	}
	own := fresh(c)
	return own, c.Publish(ctx, idText(own), func(temporary string) error {
		return disk.Commit(ctx, "rename", func() error { return os.Rename(temporary, result(c.Place, key)) })
	})
}

// linkOrRead makes the file with its content at once, or fails since it is there.
func linkOrRead(ctx context.Context, c *disk.Client, key int) (keys.Result, error) {
	own := fresh(c)
	err := c.Publish(ctx, idText(own), func(temporary string) error {
		return disk.Commit(ctx, "link", func() error { return disk.LinkNew(temporary, result(c.Place, key)) })
	})
	if disk.IsTaken(err) {
		return fromFile(ctx, c, key)
	}
	return own, err
}

// exclusiveCreate makes the file, which must not exist, and then writes it, now and then late, since to make a result takes
// time. Who is not the first reads at once, be it written or not.
func exclusiveCreate(ctx context.Context, c *disk.Client, key int) (keys.Result, error) {
	f, err := disk.Look(ctx, "create file", func() (*os.File, error) {
		return os.OpenFile(result(c.Place, key), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	})
	if errors.Is(err, fs.ErrExist) {
		return fromFile(ctx, c, key)
	}
	if err != nil {
		return keys.Result{}, err
	}
	_ = c.MaybeStall(ctx) // what is begun is written all the same
	own := fresh(c)
	disk.Always(ctx, "write file", func() error { _, err = f.Write(idText(own)); return err })
	return own, errors.Join(err, f.Close())
}

// exclusiveCreateAndWait is exclusiveCreate, but who is not the first reads until the file is written. Its creator writes
// it in any case, so that nobody waits for ever.
func exclusiveCreateAndWait(ctx context.Context, c *disk.Client, key int) (r keys.Result, err error) {
	err = disk.UntilFirst(ctx, func(ctx context.Context) error {
		if r, err = exclusiveCreate(ctx, c, key); err == nil && !r.Found {
			err = disk.ErrTaken
		}
		return err
	})
	return r, err
}
