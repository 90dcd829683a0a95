package memory

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// store keeps the one session that all clients share: what they share is what is tested.
type store struct {
	build  func(initial []int64) cells.Session
	shared cells.Session
}

// newStore makes the New of a strategy. There is no server and no chance in any of them.
func newStore(build func(initial []int64) cells.Session) func(string, uint64) cells.Store {
	return func(string, uint64) cells.Store { return &store{build: build} }
}

func (s *store) Setup(_ context.Context, initial []int64) error {
	s.shared = s.build(slices.Clone(initial))
	return nil
}

func (s *store) Open(context.Context, int) (cells.Session, error) {
	if s.shared == nil {
		return nil, errors.New("memory: Open before Setup: set the store up first")
	}
	return client{s.shared}, nil
}

func (s *store) Close(context.Context) error {
	if s.shared == nil {
		return nil
	}
	return s.shared.Close()
}

func (s *store) Version() string { return "memory (" + runtime.Version() + ")" }

// client keeps one client's Close from ending what the others still use.
type client struct{ cells.Session }

func (client) Close() error { return nil }

// nothingToClose is embedded by sessions that the garbage collector alone clears away.
type nothingToClose struct{}

func (nothingToClose) Close() error { return nil }

// step takes one indivisible action in memory. It can only fail before the action, so that nothing was applied then.
func step[T any](ctx context.Context, name string, act func() T) (T, error) {
	v, err := harness.Step(ctx, name, func(context.Context) (T, error) { return act(), nil })
	return v, harness.NotApplied(err)
}
