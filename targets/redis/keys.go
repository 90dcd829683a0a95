package redis

import (
	"context"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
)

// maker makes the result of a key, or finds it, over one connection, in the way of one strategy.
type maker func(ctx context.Context, j keyJob) (keys.Result, error)

// keyStore is one server with one strategy.
type keyStore struct {
	*base
	create maker
	ids    atomic.Int64 // as an application makes them, which has no database to number its results
}

// newKeyStore makes the New of a strategy.
func newKeyStore(create maker) func(string, uint64) keys.Store {
	return func(dsn string, _ uint64) keys.Store { return &keyStore{base: newBase(dsn), create: create} }
}

// Setup connects. The keys come with their results, and are the store's from now on.
func (s *keyStore) Setup(ctx context.Context, n int) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.owned = n
	return nil
}

func (s *keyStore) Open(ctx context.Context, _ int) (keys.Session, error) {
	main, err := s.link(ctx)
	if err != nil {
		return nil, err
	}
	return &keySession{store: s, main: main}, nil
}

// keySession is one client.
type keySession struct {
	store *keyStore
	main  *link
}

// keyJob is what a client does for one key over one connection.
type keyJob struct {
	conn *conn
	key  string
	ids  *atomic.Int64
}

func (s *keySession) job(ctx context.Context, key int) (keyJob, error) {
	conn, err := s.main.wait(ctx)
	return keyJob{conn: conn, key: s.store.names.cell(key), ids: &s.store.ids}, harness.NotApplied(err)
}

func (s *keySession) Create(ctx context.Context, key int) (keys.Result, error) {
	j, err := s.job(ctx, key)
	if err != nil {
		return keys.Result{}, err
	}
	return s.store.create(ctx, j)
}

func (s *keySession) Get(ctx context.Context, key int) (keys.Result, error) {
	j, err := s.job(ctx, key)
	if err != nil {
		return keys.Result{}, err
	}
	return j.get(ctx)
}

func (s *keySession) Count(ctx context.Context, key int) (int64, error) {
	j, err := s.job(ctx, key)
	if err != nil {
		return 0, err
	}
	return j.exists(ctx)
}

func (s *keySession) Close() error {
	s.main.close()
	return nil
}

// exists asks for the number of keys of that name, 0 or 1.
func (j keyJob) exists(ctx context.Context) (int64, error) {
	return look(ctx, j.conn, "exists", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Exists(ctx, j.key).Result()
	})
}
