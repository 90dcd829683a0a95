// Package memcells has the strategies for cells in the memory of this process: what mem promises, of every one of them.
package memcells

import (
	"context"
	"slices"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/mem"
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
		return nil, mem.ErrNotSetUp
	}
	return client{s.shared}, nil
}

func (s *store) Close(context.Context) error {
	if s.shared == nil {
		return nil
	}
	return s.shared.Close()
}

func (s *store) Version() string { return mem.Version() }

// client keeps one client's Close from ending what the others still use.
type client struct{ cells.Session }

func (client) Close() error { return nil }
