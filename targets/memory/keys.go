package memory

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/lostupdate/stress/targets/keys"
)

// keyStore keeps the one session that all clients share.
type keyStore struct {
	build  func() keys.Session
	shared keys.Session
}

// newKeyStore makes the New of a strategy.
func newKeyStore(build func() keys.Session) func(string, uint64) keys.Store {
	return func(string, uint64) keys.Store { return &keyStore{build: build} }
}

func (s *keyStore) Setup(context.Context, int) error {
	s.shared = s.build()
	return nil
}

func (s *keyStore) Open(context.Context, int) (keys.Session, error) {
	if s.shared == nil {
		return nil, errors.New("memory: Open before Setup: set the store up first")
	}
	return s.shared, nil
}

func (s *keyStore) Close(context.Context) error { return nil }
func (s *keyStore) Version() string             { return "memory (" + runtime.Version() + ")" }

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
