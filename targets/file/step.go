package file

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
)

// errTaken says that somebody else holds the lock, or has made the version that this client wanted to make.
var errTaken = errors.New("file: somebody else was first")

func isTaken(err error) bool { return errors.Is(err, errTaken) }

// look is a step that by itself changes nothing which others read: if it fails, nothing was applied.
func look[T any](ctx context.Context, name string, act func() (T, error)) (T, error) {
	v, err := harness.Step(ctx, name, func(context.Context) (T, error) { return act() })
	if err != nil {
		err = harness.NotApplied(fmt.Errorf("file: %s: %w", name, err))
	}
	return v, err
}

// commit is the step that makes an operation's effect. If it fails once it has begun, nobody knows.
func commit(ctx context.Context, name string, act func() error) error {
	begun := false
	_, err := harness.Step(ctx, name, func(context.Context) (struct{}, error) {
		begun = true
		return struct{}{}, act()
	})
	if err == nil {
		return nil
	}
	err = fmt.Errorf("file: %s: %w", name, err)
	if !begun || isTaken(err) {
		return harness.NotApplied(err)
	}
	return err
}

// always is a step that is taken even when the operation's time is up, since others wait for it.
func always(ctx context.Context, name string, act func() error) {
	begun := false
	_, _ = harness.Step(ctx, name, func(context.Context) (struct{}, error) {
		begun = true
		return struct{}{}, act()
	})
	if !begun {
		_ = act()
	}
}
