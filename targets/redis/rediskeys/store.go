// Package rediskeys makes the results of keys in Redis, where each is a key.
package rediskeys

import (
	"context"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// maker makes the result of a key, or finds it, over one connection, in the way of one strategy.
type maker func(ctx context.Context, j job) (keys.Result, error)

// kind is what the keys are called by.
const kind = "key"

// store is one server with one strategy.
type store struct {
	*conn.Base
	create maker
	ids    atomic.Int64 // as an application makes them, which has no database to number its results
}

// newStore makes the New of a strategy.
func newStore(create maker) func(string, uint64) keys.Store {
	return func(dsn string, _ uint64) keys.Store { return &store{Base: conn.NewBase(dsn), create: create} }
}

// Setup connects. The keys come with their results, and are the store's from now on.
func (s *store) Setup(ctx context.Context, n int) error {
	if err := s.Begin(ctx); err != nil {
		return err
	}
	s.Own(s.Names().Keys(kind, n)...)
	return nil
}

func (s *store) Open(ctx context.Context, _ int) (keys.Session, error) {
	main, err := s.Link(ctx)
	if err != nil {
		return nil, err
	}
	return &session{store: s, main: main}, nil
}

// session is one client.
type session struct {
	store *store
	main  *conn.Link
}

// job is what a client does for one key over one connection.
type job struct {
	conn *conn.Conn
	key  string
	ids  *atomic.Int64
}

func (s *session) job(ctx context.Context, key int) (job, error) {
	over, err := s.main.Wait(ctx)
	return job{conn: over, key: s.store.Names().Key(kind, key), ids: &s.store.ids}, harness.NotApplied(err)
}

func (s *session) Create(ctx context.Context, key int) (keys.Result, error) {
	j, err := s.job(ctx, key)
	if err != nil {
		return keys.Result{}, err
	}
	return s.store.create(ctx, j)
}

func (s *session) Get(ctx context.Context, key int) (keys.Result, error) {
	j, err := s.job(ctx, key)
	if err != nil {
		return keys.Result{}, err
	}
	return j.get(ctx)
}

func (s *session) Count(ctx context.Context, key int) (int64, error) {
	j, err := s.job(ctx, key)
	if err != nil {
		return 0, err
	}
	return j.exists(ctx)
}

func (s *session) Close() error {
	s.main.Close()
	return nil
}

// exists asks for the number of keys of that name, 0 or 1.
func (j job) exists(ctx context.Context) (int64, error) {
	return conn.Look(ctx, j.conn, "exists", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Exists(ctx, j.key).Result()
	})
}
