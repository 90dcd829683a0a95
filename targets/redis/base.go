package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// closeTimeout bounds the deletion of keys, which must happen also when the run's context is done.
	closeTimeout = 10 * time.Second
	// batch is how many keys are made or deleted by one command, so that many of them don't block a server that others use.
	batch = 500
	// sweeps is how often Close deletes: see sweep.
	sweeps = 3
)

// base is one server, and the keys under a name that nobody else has: what all stores have in common.
type base struct {
	dsn string

	names    names
	control  *link // the store's own connection
	embedded *embedded
	owned    int // numbers whose keys this store may have made
	version  string
}

func newBase(dsn string) *base { return &base{dsn: dsn, names: newNames()} }

// begin connects, and starts the server if it is the store's own.
func (s *base) begin(ctx context.Context) error {
	a, err := s.locate()
	if err != nil {
		return err
	}
	s.control = &link{address: a}
	c, err := s.control.get(ctx)
	if err != nil {
		return err
	}
	s.version = embeddedVersion()
	if s.embedded == nil {
		s.version = serverVersion(ctx, c)
	}
	return nil
}

func (s *base) locate() (address, error) {
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

// link connects a client. It fails at once if the server can't be reached: the harness knows how long to try again.
func (s *base) link(ctx context.Context) (*link, error) {
	if s.control == nil {
		return nil, errors.New("redis: Open before Setup: set the store up first")
	}
	l := &link{address: s.control.address}
	if _, err := l.get(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Close deletes the store's keys, and stops the server if it is the store's own.
func (s *base) Close(ctx context.Context) error {
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
func (s *base) sweep(ctx context.Context) error {
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

func (s *base) delete(ctx context.Context) (n int64, err error) {
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

func (s *base) Version() string { return s.version }
