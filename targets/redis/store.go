package redis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/cells"
)

const (
	// closeTimeout bounds the deletion of keys, which must happen also when the run's context is done.
	closeTimeout = 10 * time.Second
	// batch is how many cells are made by one command, so that many of them don't block a server that others use.
	batch = 500
	// sweeps is how often Close deletes: see sweep.
	sweeps = 3
)

// store is one server with one strategy.
type store struct {
	dsn    string
	seed   uint64
	update update

	names    names
	control  *link // the store's own connection
	embedded *embedded
	owned    int // cells whose keys this store may have made
	cells    int
	version  string
}

// newStore makes the New of a strategy.
func newStore(u update) func(string, uint64) cells.Store {
	return func(dsn string, seed uint64) cells.Store {
		return &store{dsn: dsn, seed: seed, update: u, names: newNames()}
	}
}

func (s *store) Setup(ctx context.Context, initial []int64) error {
	a, err := s.locate()
	if err != nil {
		return err
	}
	s.control = &link{address: a}
	c, err := s.control.get(ctx)
	if err != nil {
		return err
	}
	s.cells, s.version = len(initial), embeddedVersion()
	if s.embedded == nil {
		s.version = serverVersion(ctx, c)
	}
	return s.create(ctx, initial)
}

func (s *store) locate() (address, error) {
	if s.dsn != "" {
		return parse(s.dsn)
	}
	e, err := startEmbedded()
	if err != nil {
		return address{}, err
	}
	s.embedded = e
	return e.address(), nil
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

// Open connects a client. It fails at once if the server can't be reached: the harness knows how long to try again.
func (s *store) Open(ctx context.Context, client int) (cells.Session, error) {
	if s.control == nil {
		return nil, errors.New("redis: Open before Setup: set the store up first")
	}
	a := s.control.address
	session := &session{
		names: s.names, cells: s.cells, update: s.update, client: client,
		main: &link{address: a}, other: &link{address: a},
		chance: rand.New(rand.NewPCG(s.seed, uint64(client))),
	}
	if _, err := session.main.get(ctx); err != nil {
		return nil, err
	}
	return session, nil
}

// Close deletes the store's keys, and stops the server if it is the store's own.
func (s *store) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := s.sweep(ctx)
	if s.control != nil {
		s.control.close()
	}
	if s.embedded != nil {
		s.embedded.close()
		s.embedded = nil
	}
	return err
}

// sweep deletes until nothing is left: a write of a client that has hung up may lie in the server's buffers, and be
// carried out after the first deletion.
func (s *store) sweep(ctx context.Context) error {
	if s.owned == 0 {
		return nil
	}
	for range sweeps {
		n, err := s.delete(ctx)
		if err != nil && !isReply(err) { // the connection, idle since Setup, may not have outlived an outage
			n, err = s.delete(ctx)
		}
		if err != nil {
			return fmt.Errorf("redis: the keys %s* could not be deleted; delete them by hand: %w", s.names.prefix, err)
		}
		if n == 0 {
			break
		}
	}
	s.owned = 0
	return nil
}

func (s *store) delete(ctx context.Context) (n int64, err error) {
	c, err := s.control.get(ctx)
	if err != nil {
		return 0, err
	}
	for keys := range slices.Chunk(s.names.all(s.owned), batch) {
		deleted, _, err := roundTrip(ctx, c, func(ctx context.Context, client *redis.Client) (int64, error) {
			return client.Del(ctx, keys...).Result()
		})
		if err != nil {
			return n, err
		}
		n += deleted
	}
	return n, nil
}

func (s *store) Version() string { return s.version }
