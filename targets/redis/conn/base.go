package conn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
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

// Base is one server, and the keys under a name that nobody else has: what all stores have in common. A store embeds it, and
// adds Setup, which calls [Base.Begin], and Open, which calls [Base.Link].
type Base struct {
	dsn string

	names    Names
	control  *Link // the store's own connection
	embedded *Embedded
	version  string

	mu    sync.Mutex
	owned map[string]struct{} // keys that this store may have made
}

// NewBase makes the base of a store at the address given, or, without one, on a server in this process. It connects to nothing.
func NewBase(dsn string) *Base {
	return &Base{dsn: dsn, names: NewNames(), owned: map[string]struct{}{}}
}

// Names are the store's keys.
func (s *Base) Names() Names { return s.names }

// Own says that the store or its clients may have made these keys, so that Close deletes them. It comes before they are made.
func (s *Base) Own(keys ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		s.owned[key] = struct{}{}
	}
}

func (s *Base) disown(keys ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		delete(s.owned, key)
	}
}

func (s *Base) ownKeys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.owned))
}

// Begin connects, and starts the server if it is the store's own.
func (s *Base) Begin(ctx context.Context) error {
	a, err := s.locate()
	if err != nil {
		return err
	}
	s.control = &Link{address: a}
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

func (s *Base) locate() (address, error) {
	if s.dsn != "" {
		return parse(s.dsn)
	}
	e, err := StartEmbedded()
	if err != nil {
		return address{}, err
	}
	s.embedded = e
	return e.address(), nil
}

// Control gives the store's own connection, for its Setup.
func (s *Base) Control(ctx context.Context) (*Conn, error) { return s.control.get(ctx) }

// Create makes keys that hold the values given, and owns them. It does so by MSETNX, which overwrites nothing.
func (s *Base) Create(ctx context.Context, keys []string, values []int64) error {
	for first := 0; first < len(keys); first += batch {
		last := min(first+batch, len(keys))
		if err := s.createSome(ctx, keys[first:last], values[first:last]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Base) createSome(ctx context.Context, keys []string, values []int64) error {
	c, err := s.control.get(ctx)
	if err != nil {
		return err
	}
	var pairs []any
	for i, key := range keys {
		pairs = append(pairs, key, values[i])
	}
	s.Own(keys...)
	fresh, _, err := RoundTrip(ctx, c, func(ctx context.Context, client *redis.Client) (bool, error) {
		return client.MSetNX(ctx, pairs...).Result()
	})
	if err != nil {
		return fmt.Errorf("redis: making the keys %s*: %w", s.names.prefix, err)
	}
	if !fresh {
		s.disown(keys...)
		return fmt.Errorf("redis: keys %s* are there already: run again, under another random name", s.names.prefix)
	}
	return nil
}

// Link connects a client. It fails at once if the server can't be reached: the harness knows how long to try again.
func (s *Base) Link(ctx context.Context) (*Link, error) {
	if s.control == nil {
		return nil, errors.New("redis: Open before Setup: set the store up first")
	}
	l := &Link{address: s.control.address}
	if _, err := l.get(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Close deletes the store's keys, and stops the server if it is the store's own.
func (s *Base) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := s.sweep(ctx)
	if s.control != nil {
		s.control.Close()
	}
	if s.embedded != nil {
		s.embedded.Close()
		s.embedded = nil
	}
	return err
}

// sweep deletes until nothing is left: a write of a client that has hung up may lie in the server's buffers, and be
// carried out after the first deletion.
func (s *Base) sweep(ctx context.Context) error {
	keys := s.ownKeys()
	if len(keys) == 0 {
		return nil
	}
	for range sweeps {
		n, err := s.delete(ctx, keys)
		if err != nil && !IsReply(err) { // the connection, idle since Setup, may not have outlived an outage
			n, err = s.delete(ctx, keys)
		}
		if err != nil {
			return fmt.Errorf("redis: the keys %s* could not be deleted; delete them by hand: %w", s.names.prefix, err)
		}
		if n == 0 {
			break
		}
	}
	s.disown(keys...)
	return nil
}

func (s *Base) delete(ctx context.Context, own []string) (n int64, err error) {
	c, err := s.control.get(ctx)
	if err != nil {
		return 0, err
	}
	for keys := range slices.Chunk(own, batch) {
		deleted, _, err := RoundTrip(ctx, c, func(ctx context.Context, client *redis.Client) (int64, error) {
			return client.Del(ctx, keys...).Result()
		})
		if err != nil {
			return n, err
		}
		n += deleted
	}
	return n, nil
}

// Version names the server and its version, after Begin.
func (s *Base) Version() string { return s.version }
