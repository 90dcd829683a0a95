// Package redisjobs keeps a queue of jobs in Redis: in lists, and in a sorted set of jobs that are lent.
package redisjobs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/jobs"
)

// Strategy is one way of handing out jobs, and what it must show.
type Strategy = strategy.For[*jobs.Workload, jobs.Input, jobs.Output]

// claimer gives a worker a job, or none, over one connection, in the way of one strategy.
type claimer func(ctx context.Context, w *worker, over *conn.Conn) (job int, found bool, err error)

// finisher ends a job, or is refused.
type finisher func(ctx context.Context, w *worker, over *conn.Conn, job int) (done bool, err error)

// plan is what a strategy does.
type plan struct {
	works  bool                                                        // a job takes some time
	late   bool                                                        // and now and then longer than a lease lasts
	begin  func(ctx context.Context, w *worker, over *conn.Conn) error // what a worker does as it starts, or nil
	claim  claimer
	finish finisher
}

// Times of workers and leases. Real leases last seconds, and the pauses that outlast them do too.
const (
	work   = 2 * time.Millisecond // for a job
	lease  = 15 * time.Millisecond
	stall  = 2 * lease
	stalls = 5 // one in how many workers is late that can be
)

// target is a queue with one strategy.
type target struct {
	*conn.Base
	plan   plan
	keys   keys
	jobs   int
	seed   uint64
	tokens atomic.Int64
}

// keys are those of the queue. All but effects and token are of the whole queue.
type keys struct {
	waiting    string // a list of jobs that nobody has had
	processing string // a list of jobs that somebody has
	lent       string // a sorted set of jobs that somebody has, by when that ends, in microseconds
	tokens     string // a hash of the token of each job's last claim
	names      conn.Names
}

func (k keys) effects(job int) string { return k.names.Key("effects", job) }
func (k keys) token(job int) string   { return k.names.Key("token", job) }

// newTarget makes the New of a strategy.
func newTarget(p plan) func(string, uint64) func(*jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
	return func(dsn string, seed uint64) func(*jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
		return func(w *jobs.Workload) harness.Target[jobs.Input, jobs.Output] {
			b := conn.NewBase(dsn)
			names := b.Names()
			return &target{Base: b, plan: p, jobs: w.Jobs(), seed: seed, keys: keys{
				waiting: names.Single("waiting"), processing: names.Single("processing"), lent: names.Single("lent"),
				tokens: names.Single("tokens"), names: names,
			}}
		}
	}
}

// Setup connects, and makes the effects and the list of all jobs.
func (t *target) Setup(ctx context.Context) error {
	if err := t.Begin(ctx); err != nil {
		return err
	}
	if err := t.Create(ctx, t.keys.names.Keys("effects", t.jobs), make([]int64, t.jobs)); err != nil {
		return err
	}
	t.Own(t.keys.waiting, t.keys.processing, t.keys.lent, t.keys.tokens)
	t.Own(t.keys.names.Keys("token", t.jobs)...)
	over, err := t.Control(ctx)
	if err != nil {
		return err
	}
	all := make([]any, t.jobs)
	for job := range all {
		all[job] = job
	}
	for batch := range slices.Chunk(all, 500) {
		_, _, err := conn.RoundTrip(ctx, over, func(ctx context.Context, c *redis.Client) (int64, error) {
			return c.RPush(ctx, t.keys.waiting, batch...).Result()
		})
		if err != nil {
			return fmt.Errorf("redis: making the list %s: %w", t.keys.waiting, err)
		}
	}
	return nil
}

// Open connects a client.
func (t *target) Open(ctx context.Context, client int) (harness.Client[jobs.Input, jobs.Output], error) {
	link, err := t.Link(ctx)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(t.seed, uint64(client)))
	return jobs.Client(&worker{target: t, keys: t.keys, link: link, r: r, fresh: true}), nil
}
