package redis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/cells"
)

// store is one server with one strategy for cells.
type store struct {
	*base
	seed   uint64
	update update
	cells  int
}

// newStore makes the New of a strategy.
func newStore(u update) func(string, uint64) cells.Store {
	return func(dsn string, seed uint64) cells.Store { return &store{base: newBase(dsn), seed: seed, update: u} }
}

func (s *store) Setup(ctx context.Context, initial []int64) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.cells = len(initial)
	return s.create(ctx, initial)
}

// create makes the cells by MSETNX, which overwrites nothing.
func (s *store) create(ctx context.Context, initial []int64) error {
	for values := range slices.Chunk(initial, batch) {
		c, err := s.control.get(ctx)
		if err != nil {
			return err
		}
		first := s.owned
		s.owned += len(values)
		fresh, _, err := roundTrip(ctx, c, func(ctx context.Context, client *redis.Client) (bool, error) {
			return client.MSetNX(ctx, s.pairs(first, values)...).Result()
		})
		if err != nil {
			return fmt.Errorf("redis: making the keys %s*: %w", s.names.prefix, err)
		}
		if !fresh {
			s.owned = first
			return fmt.Errorf("redis: keys %s* are there already: run again, under another random name", s.names.prefix)
		}
	}
	return nil
}

func (s *store) pairs(first int, values []int64) []any {
	var pairs []any
	for i, v := range values {
		pairs = append(pairs, s.names.cell(first+i), v)
	}
	return pairs
}

// Open connects a client.
func (s *store) Open(ctx context.Context, client int) (cells.Session, error) {
	main, err := s.link(ctx)
	if err != nil {
		return nil, err
	}
	return &session{
		names: s.names, cells: s.cells, update: s.update, client: client,
		main: main, other: &link{address: main.address},
		chance: rand.New(rand.NewPCG(s.seed, uint64(client))),
	}, nil
}
