package disk

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/lostupdate/stress/harness"
)

// Reader reads the document.
type Reader func(ctx context.Context, c *Client) (Document, error)

// ReadWhole reads a document that nobody writes in place.
func ReadWhole(ctx context.Context, c *Client) (Document, error) {
	return Look(ctx, "read file", func() (Document, error) { return load(c.State()) })
}

func load(path string) (Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(text)
}

// ReadOrFresh takes a file that holds no document for one that nobody has written yet, and begins anew: what programs do,
// lest the first start fail.
func ReadOrFresh(ctx context.Context, c *Client) (Document, error) {
	return Look(ctx, "read file", func() (Document, error) {
		text, err := os.ReadFile(c.State())
		if err != nil {
			return nil, err
		}
		if d, err := parse(text); err == nil {
			return d, nil
		}
		return Document{}, nil
	})
}

// Writer writes the document.
type Writer func(ctx context.Context, c *Client, d Document) error

// Overwrite does what os.WriteFile does: it empties the file, and then writes. Others can come in between.
func Overwrite(ctx context.Context, c *Client, d Document) error {
	return overwriteAfter(ctx, c, d, func() error { return nil })
}

// OverwriteSlowly is [Overwrite] of somebody who stalls in between, once in so many times.
func OverwriteSlowly(ctx context.Context, c *Client, d Document) error {
	return overwriteAfter(ctx, c, d, func() error { return c.MaybeStall(ctx) })
}

func overwriteAfter(ctx context.Context, c *Client, d Document, wait func() error) error {
	var f *os.File
	err := Commit(ctx, "truncate file", func() (err error) {
		f, err = os.Create(c.State())
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

// OverwriteAtOnce is [Overwrite] for those who let nobody in between.
func OverwriteAtOnce(ctx context.Context, c *Client, d Document) error {
	return Commit(ctx, "write file", func() error { return os.WriteFile(c.State(), d.text(), 0o600) })
}

// Replace writes another file, and gives it the name of the document: nobody ever sees half of one.
func Replace(ctx context.Context, c *Client, d Document) error {
	return c.Publish(ctx, d.text(), func(temporary string) error {
		return Commit(ctx, "rename", func() error { return os.Rename(temporary, c.State()) })
	})
}

// Publish writes a file that nobody knows yet, and removes it unless it is published under another name.
func (c *Client) Publish(ctx context.Context, text []byte, publish func(temporary string) error) error {
	temporary := c.Path(fmt.Sprintf("%d.tmp", c.Number()))
	defer func() { _ = os.Remove(temporary) }() // it is gone where it was renamed
	if _, err := Look(ctx, "write file", func() (struct{}, error) {
		return struct{}{}, os.WriteFile(temporary, text, 0o600)
	}); err != nil {
		return err
	}
	return publish(temporary)
}
