package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/lostupdate/stress/targets/keys"
)

// fresh makes a result, which is in no file yet.
func (c *client) fresh() keys.Result { return keys.Result{Found: true, ID: c.next(), Created: true} }

// fromDocument finds the key's result in the document.
func fromDocument(read reader) getter {
	return func(ctx context.Context, c *client, key int) (keys.Result, error) {
		d, err := read(ctx, c)
		id, ok := d[key]
		return keys.Result{Found: ok, ID: id}, err
	}
}

// intoDocument makes the key's result in the document, unless it has one.
func intoDocument(update updater) maker {
	return func(ctx context.Context, c *client, key int) (r keys.Result, err error) {
		own := c.fresh()
		err = update(ctx, c, func(d document) bool {
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
func (p *place) result(key int) string { return filepath.Join(p.dir, fmt.Sprintf("key-%d", key)) }

// fromFile reads the key's file. One that is empty is still being written.
func fromFile(ctx context.Context, c *client, key int) (keys.Result, error) {
	return look(ctx, "read file", func() (keys.Result, error) {
		text, err := os.ReadFile(c.result(key))
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
func statThenRename(ctx context.Context, c *client, key int) (keys.Result, error) {
	there, err := look(ctx, "stat file", func() (bool, error) {
		_, err := os.Stat(c.result(key))
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
	own := c.fresh()
	return own, c.published(ctx, idText(own), func(temporary string) error {
		return commit(ctx, "rename", func() error { return os.Rename(temporary, c.result(key)) })
	})
}

// linkOrRead makes the file with its content at once, or fails since it is there.
func linkOrRead(ctx context.Context, c *client, key int) (keys.Result, error) {
	own := c.fresh()
	err := c.published(ctx, idText(own), func(temporary string) error {
		return commit(ctx, "link", func() error { return linkNew(temporary, c.result(key)) })
	})
	if isTaken(err) {
		return fromFile(ctx, c, key)
	}
	return own, err
}

// exclusiveCreate makes the file, which must not exist, and then writes it, now and then late, since to make a result takes
// time. Who is not the first reads at once, be it written or not.
func exclusiveCreate(ctx context.Context, c *client, key int) (keys.Result, error) {
	f, err := look(ctx, "create file", func() (*os.File, error) {
		return os.OpenFile(c.result(key), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	})
	if errors.Is(err, fs.ErrExist) {
		return fromFile(ctx, c, key)
	}
	if err != nil {
		return keys.Result{}, err
	}
	_ = c.maybeStall(ctx) // what is begun is written all the same
	own := c.fresh()
	always(ctx, "write file", func() error { _, err = f.Write(idText(own)); return err })
	return own, errors.Join(err, f.Close())
}

// exclusiveCreateAndWait is exclusiveCreate, but who is not the first reads until the file is written. Its creator writes
// it in any case, so that nobody waits for ever.
func exclusiveCreateAndWait(ctx context.Context, c *client, key int) (r keys.Result, err error) {
	err = untilFirst(ctx, func(ctx context.Context) error {
		if r, err = exclusiveCreate(ctx, c, key); err == nil && !r.Found {
			err = errTaken
		}
		return err
	})
	return r, err
}
