package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// version is the name of the n-th document. None is ever removed: a client that has read an old one would else find the
// name of the next one free, although others have been there.
func (p *place) version(n int) string { return filepath.Join(p.dir, fmt.Sprintf("state.%d.json", n)) }

// readLatest reads the newest version, of which the client keeps the number: the next search begins there.
func readLatest(ctx context.Context, c *client) (document, error) {
	return look(ctx, "read file", func() (document, error) {
		for {
			_, err := os.Stat(c.version(c.latest + 1))
			if errors.Is(err, fs.ErrNotExist) {
				return load(c.version(c.latest))
			}
			if err != nil {
				return nil, err
			}
			c.latest++
		}
	})
}

// linkNext makes the version after the one that it has read, and begins anew if somebody else has: a link fails if the
// name exists, and makes it with its content at once.
func linkNext(ctx context.Context, c *client, e edit) error {
	return untilFirst(ctx, func(ctx context.Context) error {
		d, err := readLatest(ctx, c)
		if err != nil || !e(d) {
			return err
		}
		return c.published(ctx, d.text(), func(temporary string) error {
			return commit(ctx, "link", func() error { return linkNew(temporary, c.version(c.latest+1)) })
		})
	})
}

// linkNew is os.Link, with errTaken if the name exists.
func linkNew(from, to string) error {
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	return err
}
