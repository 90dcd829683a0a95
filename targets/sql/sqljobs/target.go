// Package sqljobs keeps a queue of jobs in a table of a relational database.
//
// Every [Strategy] is written once and runs on each [db.Dialect] where it makes sense.
package sqljobs

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/jobs"
)

// Strategy is one way of handing out jobs, and what it must show.
type Strategy = strategy.For[*jobs.Workload, jobs.Input, jobs.Output]

// plan is what a strategy does.
type plan struct {
	level  db.Level
	slow   bool // workers are late now and then, for which leases are short
	claim  claimer
	finish finisher
}

// Times of workers and leases. Real leases last seconds, and the pauses that outlast them do too.
const (
	work   = time.Millisecond // for a job
	stalls = 5                // one in how many slow workers pauses
)

// lease is how long a job is lent. Where no worker is late, only that of one who died ends.
func (p plan) lease() time.Duration {
	if p.slow {
		return 15 * time.Millisecond
	}
	return 200 * time.Millisecond
}

// target is a table of jobs, and one of their effects, with one strategy.
type target struct {
	*db.Base
	plan   plan
	stmts  *statements
	jobs   int
	seed   uint64
	tokens atomic.Int64
}

func newTarget(d db.Dialect, p plan, dsn string, seed uint64, n int) *target {
	b := db.NewBase(d, dsn, p.level)
	return &target{Base: b, plan: p, stmts: newStatements(b), jobs: n, seed: seed}
}

// Setup connects, makes the tables and fills them.
func (t *target) Setup(ctx context.Context) error {
	create := func(columns string) string { return t.SQL("CREATE TABLE " + columns + t.Dialect().TableOptions()) }
	return t.Begin(ctx, []db.Table{
		{Name: t.Table(), Create: create("{t} (id INTEGER PRIMARY KEY, done INTEGER NOT NULL DEFAULT 0, " +
			"token BIGINT NOT NULL DEFAULT 0, expires BIGINT NOT NULL DEFAULT 0)")},
		{Name: t.Table("_effects"), Create: create("{t}_effects (id INTEGER PRIMARY KEY, n BIGINT NOT NULL DEFAULT 0)")},
	}, t.fill)
}

func (t *target) fill(ctx context.Context, c *sql.Conn) error {
	ids := make([]string, t.jobs)
	for i := range ids {
		ids[i] = fmt.Sprintf("(%d)", i)
	}
	for batch := range slices.Chunk(ids, 500) {
		for _, table := range []string{t.Table(), t.Table("_effects")} {
			if _, err := c.ExecContext(ctx, "INSERT INTO "+table+" (id) VALUES "+strings.Join(batch, ", ")); err != nil {
				return fmt.Errorf("%s: filling table %s: %w", t.Dialect().Name(), table, err)
			}
		}
	}
	return nil
}

// Open connects a client.
func (t *target) Open(ctx context.Context, client int) (harness.Client[jobs.Input, jobs.Output], error) {
	c, err := t.Client(ctx, client)
	if err != nil {
		return nil, err
	}
	return jobs.Client(&worker{Client: c, target: t, r: rand.New(rand.NewPCG(t.seed, uint64(client)))}), nil
}
