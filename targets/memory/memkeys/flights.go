package memkeys

import (
	"context"
	"strconv"

	"golang.org/x/sync/singleflight"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/keys"
)

// flights has one caller for each key look and store, while the others wait for what that one finds. The look is needed:
// a flight that has landed is forgotten.
type flights struct {
	loadThenStore
	group singleflight.Group
}

func newFlights() keys.Session { return &flights{} }

func (s *flights) Create(ctx context.Context, key int) (keys.Result, error) {
	return board(&s.group, key, func() (keys.Result, error) { return s.loadThenStore.Create(ctx, key) })
}

// lateFlights look before the flight, and not in it: between the look and the take-off another flight can land.
type lateFlights struct {
	results
	group singleflight.Group
}

func newLateFlights() keys.Session { return &lateFlights{} }

func (s *lateFlights) Create(ctx context.Context, key int) (keys.Result, error) {
	r, err := s.Get(ctx, key)
	if err != nil || r.Found {
		return r, err
	}
	return harness.Step(ctx, "fly", func(ctx context.Context) (keys.Result, error) {
		return board(&s.group, key, func() (keys.Result, error) { return s.store(ctx, key) })
	})
}

// board waits for another caller's flight without looking at the context: that flight ends soon after its own caller's does.
func board(g *singleflight.Group, key int, create func() (keys.Result, error)) (keys.Result, error) {
	mine := false
	v, err, _ := g.Do(strconv.Itoa(key), func() (any, error) {
		mine = true
		return create()
	})
	r := v.(keys.Result)
	r.Created = r.Created && mine
	return r, err
}
