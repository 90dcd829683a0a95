// Package memkeys has the strategies that make one result a key in the memory of this process: what mem promises, of every
// one of them.
package memkeys

import (
	"context"
	"sync/atomic"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// store keeps the one session that all clients share.
type store struct {
	build  func() keys.Session
	shared keys.Session
}

// newStore makes the New of a strategy.
func newStore(build func() keys.Session) func(string, uint64) keys.Store {
	return func(string, uint64) keys.Store { return &store{build: build} }
}

func (s *store) Setup(context.Context, int) error {
	s.shared = s.build()
	return nil
}

func (s *store) Open(context.Context, int) (keys.Session, error) {
	if s.shared == nil {
		return nil, mem.ErrNotSetUp
	}
	return s.shared, nil
}

func (s *store) Close(context.Context) error { return nil }
func (s *store) Version() string             { return mem.Version() }

// ids numbers the results.
type ids struct{ last atomic.Int64 }

// fresh makes a result, which is in no map yet.
func (n *ids) fresh() keys.Result { return keys.Result{Found: true, ID: n.last.Add(1), Created: true} }

// found is the result that a map holds, or none.
func found(id int64, ok bool) keys.Result { return keys.Result{Found: ok, ID: id} }

// count is how many results a map holds for a key, if it has one.
func count(r keys.Result) int64 {
	if r.Found {
		return 1
	}
	return 0
}
