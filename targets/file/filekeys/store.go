// Package filekeys has the strategies that make one result a key in files: what disk promises, of every one of them.
package filekeys

import (
	"context"

	"github.com/lostupdate/stress/targets/file/disk"
	"github.com/lostupdate/stress/targets/keys"
)

// getter gives the key's result, if there is one.
type getter func(ctx context.Context, c *disk.Client, key int) (keys.Result, error)

// maker makes the result of a key, or finds it, in the way of one strategy.
type maker func(ctx context.Context, c *disk.Client, key int) (keys.Result, error)

// store is the folder of one strategy.
type store struct {
	disk.Place
	seed   uint64
	get    getter
	create maker
}

// newStore makes the New of a strategy. There is no server.
func newStore(get getter, create maker) func(string, uint64) keys.Store {
	return func(_ string, seed uint64) keys.Store { return &store{seed: seed, get: get, create: create} }
}

// Setup makes the folder, with a document that has no key. Strategies that keep a file for each key leave it alone.
func (s *store) Setup(context.Context, int) error {
	if err := s.Make(); err != nil {
		return err
	}
	return disk.Begin(&s.Place, disk.Document{})
}

func (s *store) Open(_ context.Context, id int) (keys.Session, error) {
	c, err := s.Client(id, s.seed)
	if err != nil {
		return nil, err
	}
	return &session{Client: c, get: s.get, create: s.create}, nil
}

func (s *store) Close(context.Context) error { return s.Remove() }

// session is one client of keys.
type session struct {
	*disk.Client
	get    getter
	create maker
}

func (s *session) Create(ctx context.Context, key int) (keys.Result, error) {
	return s.create(ctx, s.Client, key)
}

func (s *session) Get(ctx context.Context, key int) (keys.Result, error) {
	return s.get(ctx, s.Client, key)
}

// Count can find no more than one: a second result takes the place of the first.
func (s *session) Count(ctx context.Context, key int) (int64, error) {
	r, err := s.get(ctx, s.Client, key)
	if err != nil || !r.Found {
		return 0, err
	}
	return 1, nil
}
