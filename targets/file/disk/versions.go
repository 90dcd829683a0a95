package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// version is the name of the n-th document. None is ever removed: a client that has read an old one would else find the
// name of the next one free, although others have been there.
func (p *Place) version(n int) string { return p.Path(fmt.Sprintf("state.%d.json", n)) }

// BeginVersions writes the first document as the first version, before there are clients.
func BeginVersions(p *Place, first Document) error {
	return os.WriteFile(p.version(0), first.text(), 0o600)
}

// ReadLatest reads the newest version, of which the client keeps the number: the next search begins there.
func ReadLatest(ctx context.Context, c *Client) (Document, error) {
	return Look(ctx, "read file", func() (Document, error) {
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

// LinkNext makes the version after the one that it has read, and begins anew if somebody else has: a link fails if the
// name exists, and makes it with its content at once.
func LinkNext(ctx context.Context, c *Client, e Edit) error {
	return UntilFirst(ctx, func(ctx context.Context) error {
		d, err := ReadLatest(ctx, c)
		if err != nil || !e(d) {
			return err
		}
		return c.Publish(ctx, d.text(), func(temporary string) error {
			return Commit(ctx, "link", func() error { return LinkNew(temporary, c.version(c.latest+1)) })
		})
	})
}

// LinkNew is os.Link, with [ErrTaken] if the name exists.
func LinkNew(from, to string) error {
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		return ErrTaken
	}
	return err
}
