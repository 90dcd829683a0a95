// Package redisquota gives out what there is only so much of in Redis, where what is used of each quota is a key.
package redisquota

import (
	"context"
	"math/rand/v2"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/quota"
)

// Strategy is one way to take from a quota.
type Strategy = strategy.For[*quota.Workload, quota.Input, quota.Output]

// taker takes an amount over one connection, and says whether it was given.
type taker func(ctx context.Context, j job) (bool, error)

// job is one take.
type job struct {
	conn          *conn.Conn
	key           string
	amount, limit int64
	chance        *rand.Rand // the client's
}

// kind is what the keys are called by.
const kind = "used"

// newTarget makes the New of a strategy.
func newTarget(take taker) func(string, uint64) func(*quota.Workload) harness.Target[quota.Input, quota.Output] {
	return func(dsn string, seed uint64) func(*quota.Workload) harness.Target[quota.Input, quota.Output] {
		return func(w *quota.Workload) harness.Target[quota.Input, quota.Output] {
			return &store{Base: conn.NewBase(dsn), seed: seed, take: take, workload: w}
		}
	}
}

// store is one server with one strategy.
type store struct {
	*conn.Base
	seed     uint64
	take     taker
	workload *quota.Workload
}

// Setup connects, and makes a key for each quota.
func (s *store) Setup(ctx context.Context) error {
	if err := s.Begin(ctx); err != nil {
		return err
	}
	n := s.workload.Keys()
	return s.Create(ctx, s.Names().Keys(kind, n), make([]int64, n))
}

// Open connects a client.
func (s *store) Open(ctx context.Context, number int) (harness.Client[quota.Input, quota.Output], error) {
	main, err := s.Link(ctx)
	if err != nil {
		return nil, err
	}
	return &client{store: s, main: main, chance: rand.New(rand.NewPCG(s.seed, uint64(number)))}, nil
}

// client is one client.
type client struct {
	store  *store
	main   *conn.Link
	chance *rand.Rand
}

// Do takes in the way of the strategy, or asks how much is used.
func (c *client) Do(ctx context.Context, in quota.Input) (quota.Output, error) {
	over, err := c.main.Wait(ctx)
	if err != nil {
		return quota.Output{}, harness.NotApplied(err)
	}
	j := job{
		conn: over, key: c.store.Names().Key(kind, int(in.Quota)), amount: in.Amount, limit: c.store.workload.Limit(),
		chance: c.chance,
	}
	if in.Kind == quota.Used {
		used, err := j.used(ctx)
		return quota.Output{Used: used}, err
	}
	given, err := c.store.take(ctx, j)
	return quota.Output{Refused: !given}, err
}

// Close hangs up.
func (c *client) Close() error {
	c.main.Close()
	return nil
}

// used reads how much is given out.
func (j job) used(ctx context.Context) (int64, error) {
	all, err := conn.Values(ctx, j.conn, "get", []string{j.key})
	if err != nil {
		return 0, err
	}
	return all[0], nil
}
