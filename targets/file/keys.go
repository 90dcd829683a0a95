package file

import (
	"context"

	"github.com/lostupdate/stress/targets/keys"
)

// getter gives the key's result, if there is one.
type getter func(ctx context.Context, c *client, key int) (keys.Result, error)

// maker makes the result of a key, or finds it, in the way of one strategy.
type maker func(ctx context.Context, c *client, key int) (keys.Result, error)

// keyStore is the folder of one strategy.
type keyStore struct {
	place
	seed   uint64
	get    getter
	create maker
}

// newKeyStore makes the New of a strategy. There is no server.
func newKeyStore(get getter, create maker) func(string, uint64) keys.Store {
	return func(_ string, seed uint64) keys.Store { return &keyStore{seed: seed, get: get, create: create} }
}

// Setup makes the folder, with a document that has no key. Strategies that keep a file for each key leave it alone.
func (s *keyStore) Setup(context.Context, int) error {
	if err := s.prepare(); err != nil {
		return err
	}
	return beginDocument(&s.place, document{})
}

func (s *keyStore) Open(_ context.Context, id int) (keys.Session, error) {
	if s.dir == "" {
		return nil, errNotSetUp
	}
	return &keySession{client: newClient(&s.place, id, s.seed), get: s.get, create: s.create}, nil
}

func (s *keyStore) Close(context.Context) error { return s.remove() }
func (s *keyStore) Version() string             { return version() }

// keySession is one client of keys.
type keySession struct {
	*client
	get    getter
	create maker
}

func (s *keySession) Create(ctx context.Context, key int) (keys.Result, error) {
	return s.create(ctx, s.client, key)
}

func (s *keySession) Get(ctx context.Context, key int) (keys.Result, error) {
	return s.get(ctx, s.client, key)
}

// Count can find no more than one: a second result takes the place of the first.
func (s *keySession) Count(ctx context.Context, key int) (int64, error) {
	r, err := s.get(ctx, s.client, key)
	if err != nil || !r.Found {
		return 0, err
	}
	return 1, nil
}

func (s *keySession) Close() error { return nil }
