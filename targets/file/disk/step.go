package disk

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
)

// ErrTaken says that somebody else holds the lock, or has made the version that this client wanted to make.
var ErrTaken = errors.New("somebody else was first")

// IsTaken is what [harness.Retry] takes.
func IsTaken(err error) bool { return errors.Is(err, ErrTaken) }

// Look is a step that by itself changes nothing which others read: if it fails, nothing was applied.
func Look[T any](ctx context.Context, name string, act func() (T, error)) (T, error) {
	v, err := harness.Step(ctx, name, func(context.Context) (T, error) { return act() })
	if err != nil {
		err = harness.NotApplied(fmt.Errorf("file: %s: %w", name, err))
	}
	return v, err
}

// Commit is the step that makes an operation's effect. If it fails once it has begun, nobody knows.
func Commit(ctx context.Context, name string, act func() error) error {
	begun := false
	_, err := harness.Step(ctx, name, func(context.Context) (struct{}, error) {
		begun = true
		return struct{}{}, act()
	})
	if err == nil {
		return nil
	}
	err = fmt.Errorf("file: %s: %w", name, err)
	if !begun || IsTaken(err) {
		return harness.NotApplied(err)
	}
	return err
}

// Always is a step that is taken even when the operation's time is up, since others wait for it.
func Always(ctx context.Context, name string, act func() error) {
	begun := false
	_, _ = harness.Step(ctx, name, func(context.Context) (struct{}, error) {
		begun = true
		return struct{}{}, act()
	})
	if !begun {
		_ = act()
	}
}
