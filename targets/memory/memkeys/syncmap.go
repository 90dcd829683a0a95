package memkeys

import (
	"context"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// results are the results in a sync.Map, of which every method is safe by itself.
type results struct {
	mem.NothingToClose
	ids
	byKey sync.Map // of int64 by int
}

func (s *results) load(key int) keys.Result {
	id, ok := s.byKey.Load(key)
	if !ok {
		return keys.Result{}
	}
	return found(id.(int64), true)
}

func (s *results) Get(ctx context.Context, key int) (keys.Result, error) {
	return mem.Step(ctx, "load", func() keys.Result { return s.load(key) })
}

func (s *results) Count(ctx context.Context, key int) (int64, error) {
	return mem.Step(ctx, "load", func() int64 { return count(s.load(key)) })
}

// loadThenStore looks for the key, and stores a result of its own if there is none.
type loadThenStore struct{ results }

func newLoadThenStore() keys.Session { return &loadThenStore{} }

func (s *loadThenStore) Create(ctx context.Context, key int) (keys.Result, error) {
	r, err := s.Get(ctx, key)
	if err != nil || r.Found {
		return r, err
	}
	return mem.Step(ctx, "store", func() keys.Result {
		r := s.fresh()
		s.byKey.Store(key, r.ID)
		return r
	})
}

// loadOrStore leaves both to the map, and throws its own result away if there is one.
type loadOrStore struct{ results }

func newLoadOrStore() keys.Session { return &loadOrStore{} }

func (s *loadOrStore) Create(ctx context.Context, key int) (keys.Result, error) {
	return mem.Step(ctx, "load or store", func() keys.Result {
		own := s.fresh()
		id, loaded := s.byKey.LoadOrStore(key, own.ID)
		if loaded {
			return found(id.(int64), true)
		}
		return own
	})
}

// flights has one caller for each key look and store, while the others wait for what that one finds. The look is needed:
// a flight that has landed is forgotten.
type flights struct {
	loadThenStore
	group singleflight.Group
}

func newFlights() keys.Session { return &flights{} }

// Create waits for another caller's flight without looking at ctx: that flight ends soon after its own caller's does.
func (s *flights) Create(ctx context.Context, key int) (keys.Result, error) {
	mine := false
	v, err, _ := s.group.Do(strconv.Itoa(key), func() (any, error) {
		mine = true
		return s.loadThenStore.Create(ctx, key)
	})
	r := v.(keys.Result)
	r.Created = r.Created && mine
	return r, err
}
