// Package redisdoctors keeps a doctor on call in Redis, where each doctor of a shift is a key, 1 or 0.
package redisdoctors

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/doctors"
)

// Strategy is one way to leave a shift.
type Strategy = strategy.For[*doctors.Workload, doctors.Input, doctors.Output]

// leaver has a doctor leave over one connection, and says whether that was accepted.
type leaver func(ctx context.Context, j job) (bool, error)

// job is one operation on a shift.
type job struct {
	conn   *conn.Conn
	keys   []string // of all doctors of the shift
	doctor int
}

// kind is what the keys are called by.
const kind = "doctor"

// newTarget makes the New of a strategy.
func newTarget(leave leaver) func(string, uint64) func(*doctors.Workload) harness.Target[doctors.Input, doctors.Output] {
	return func(dsn string, _ uint64) func(*doctors.Workload) harness.Target[doctors.Input, doctors.Output] {
		return func(w *doctors.Workload) harness.Target[doctors.Input, doctors.Output] {
			return &store{Base: conn.NewBase(dsn), leave: leave, workload: w}
		}
	}
}

// store is one server with one strategy.
type store struct {
	*conn.Base
	leave    leaver
	workload *doctors.Workload
}

// Setup connects, and makes a key for each doctor of each shift, who is on call.
func (s *store) Setup(ctx context.Context) error {
	if err := s.Begin(ctx); err != nil {
		return err
	}
	all := make([]int64, s.workload.Keys()*s.workload.Doctors())
	for i := range all {
		all[i] = 1
	}
	return s.Create(ctx, s.Names().Keys(kind, len(all)), all)
}

// keys are those of a shift.
func (s *store) keys(shift int) []string {
	n := s.workload.Doctors()
	keys := make([]string, n)
	for d := range keys {
		keys[d] = s.Names().Key(kind, shift*n+d)
	}
	return keys
}

// Open connects a client.
func (s *store) Open(ctx context.Context, _ int) (harness.Client[doctors.Input, doctors.Output], error) {
	main, err := s.Link(ctx)
	if err != nil {
		return nil, err
	}
	return &client{store: s, main: main}, nil
}

// client is one client.
type client struct {
	store *store
	main  *conn.Link
}

// Do leaves in the way of the strategy, comes back by a SET, or asks for all keys of the shift at once.
func (c *client) Do(ctx context.Context, in doctors.Input) (doctors.Output, error) {
	over, err := c.main.Wait(ctx)
	if err != nil {
		return doctors.Output{}, harness.NotApplied(err)
	}
	j := job{conn: over, keys: c.store.keys(int(in.Shift)), doctor: int(in.Doctor)}
	switch in.Kind {
	case doctors.Return:
		return doctors.Output{}, j.set(ctx, 1)
	case doctors.Status:
		on, err := j.onCall(ctx)
		return doctors.Output{OnCall: on}, err
	default:
		left, err := c.store.leave(ctx, j)
		return doctors.Output{Refused: !left}, err
	}
}

// Close hangs up.
func (c *client) Close() error {
	c.main.Close()
	return nil
}

// onCall reads all doctors of the shift.
func (j job) onCall(ctx context.Context) (on doctors.Set, err error) {
	all, err := conn.Values(ctx, j.conn, "get all", j.keys)
	for d, value := range all {
		if value == 1 {
			on = on.With(d)
		}
	}
	return on, err
}

// set writes the doctor's own key.
func (j job) set(ctx context.Context, value int) error {
	_, err := conn.Commit(ctx, j.conn, "set", func(ctx context.Context, c *redis.Client) (string, error) {
		return c.Set(ctx, j.keys[j.doctor], value, 0).Result()
	})
	return err
}
