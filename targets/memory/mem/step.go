package mem

import (
	"context"
	"errors"
	"runtime"

	"github.com/lostupdate/stress/harness"
)

// ErrNotSetUp is what a store's Open gives that comes before Setup.
var ErrNotSetUp = errors.New("memory: Open before Setup: set the store up first")

// Version names the engine: it is the program itself.
func Version() string { return "memory (" + runtime.Version() + ")" }

// Step takes one indivisible action in memory. It can only fail before the action, so that nothing was applied then.
func Step[T any](ctx context.Context, name string, act func() T) (T, error) {
	v, err := harness.Step(ctx, name, func(context.Context) (T, error) { return act(), nil })
	return v, harness.NotApplied(err)
}

// NothingToClose is embedded by sessions that the garbage collector alone clears away.
type NothingToClose struct{}

// Close does nothing.
func (NothingToClose) Close() error { return nil }
