package file

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/lostupdate/stress/harness"
)

// reader reads the document.
type reader func(ctx context.Context, c *client) (document, error)

// readWhole reads a document that nobody writes in place.
func readWhole(ctx context.Context, c *client) (document, error) {
	return look(ctx, "read file", func() (document, error) { return load(c.state()) })
}

func load(path string) (document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(text)
}

// readOrFresh takes a file that holds no document for one that nobody has written yet, and begins anew: what programs do,
// lest the first start fail.
func readOrFresh(ctx context.Context, c *client) (document, error) {
	return look(ctx, "read file", func() (document, error) {
		text, err := os.ReadFile(c.state())
		if err != nil {
			return nil, err
		}
		if d, err := parse(text); err == nil {
			return d, nil
		}
		return document{}, nil
	})
}

// writer writes the document.
type writer func(ctx context.Context, c *client, d document) error

// overwrite does what os.WriteFile does: it empties the file, and then writes. Others can come in between.
func overwrite(ctx context.Context, c *client, d document) error {
	return overwriteAfter(ctx, c, d, func() error { return nil })
}

// overwriteSlowly is overwrite of somebody who stalls in between, once in so many times.
func overwriteSlowly(ctx context.Context, c *client, d document) error {
	return overwriteAfter(ctx, c, d, func() error { return c.maybeStall(ctx) })
}

func overwriteAfter(ctx context.Context, c *client, d document, wait func() error) error {
	var f *os.File
	err := commit(ctx, "truncate file", func() (err error) {
		f, err = os.Create(c.state())
		return err
	})
	if err != nil {
		return err
	}
	if err = wait(); err == nil {
		_, err = harness.Step(ctx, "write file", func(context.Context) (int, error) { return f.Write(d.text()) })
	}
	if err = errors.Join(err, f.Close()); err != nil {
		// Not marked as not applied, even if nothing was written: it did empty the file.
		return fmt.Errorf("file: write file, which is empty: %w", err)
	}
	return nil
}

// overwriteAtOnce is overwrite for those who let nobody in between.
func overwriteAtOnce(ctx context.Context, c *client, d document) error {
	return commit(ctx, "write file", func() error { return os.WriteFile(c.state(), d.text(), 0o600) })
}

// replace writes another file, and gives it the name of the document: nobody ever sees half of one.
func replace(ctx context.Context, c *client, d document) error {
	return c.published(ctx, d.text(), func(temporary string) error {
		return commit(ctx, "rename", func() error { return os.Rename(temporary, c.state()) })
	})
}

// published writes a file that nobody knows yet, and removes it unless it is published under another name.
func (c *client) published(ctx context.Context, text []byte, publish func(temporary string) error) error {
	temporary := c.temporary()
	defer func() { _ = os.Remove(temporary) }() // it is gone where it was renamed
	if _, err := look(ctx, "write file", func() (struct{}, error) {
		return struct{}{}, os.WriteFile(temporary, text, 0o600)
	}); err != nil {
		return err
	}
	return publish(temporary)
}
