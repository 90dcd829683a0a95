// Package rediscells updates cells in Redis, where each is a key.
package rediscells

import (
	"context"
	"math/rand/v2"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// store is one server with one strategy for cells.
type store struct {
	*conn.Base
	names  names
	seed   uint64
	update update
	cells  int
}

// newStore makes the New of a strategy.
func newStore(u update) func(string, uint64) cells.Store {
	return func(dsn string, seed uint64) cells.Store {
		b := conn.NewBase(dsn)
		return &store{Base: b, names: names{b.Names()}, seed: seed, update: u}
	}
}

func (s *store) Setup(ctx context.Context, initial []int64) error {
	if err := s.Begin(ctx); err != nil {
		return err
	}
	s.cells = len(initial)
	if err := s.Create(ctx, s.names.cells(s.cells), initial); err != nil {
		return err
	}
	s.Own(s.names.besides(s.cells)...)
	return nil
}

// Open connects a client.
func (s *store) Open(ctx context.Context, client int) (cells.Session, error) {
	main, err := s.Link(ctx)
	if err != nil {
		return nil, err
	}
	return &session{
		names: s.names, cells: s.cells, update: s.update, client: client,
		main: main, other: main.Another(),
		chance: rand.New(rand.NewPCG(s.seed, uint64(client))),
	}, nil
}
