// Package aside keeps a cache in Redis beside a relational database, as most backends do that have both: cache-aside, where
// the application itself fills the one from the other and tells it of writes.
//
// What is broken about that is never a single step: each command and each statement is right by itself. It is what comes
// between the two systems, which no transaction spans. So every step on either is one of the harness, and readers and writers
// are now and then slow in between, as a garbage collection or a busy machine makes them.
package aside

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/cache"
)

// Strategy is one way in which the cache is kept, and what it must show.
type Strategy = strategy.For[*cache.Workload, cache.Input, cache.Output]

// Pair is a database with a Redis before it. Its DSN is the database's and the Redis', with a space between; what is left out
// is embedded: both, or a SQLite, where there is only one.
type Pair struct{ Database db.Dialect }

// split gives the two addresses. A DSN of PostgreSQL may have spaces, one of Redis has none.
func (p Pair) split(dsn string) (database, redis string) {
	database, redis = strategy.Addresses(dsn)
	if database == "" && p.Database.NeedsDSN() {
		return redis, ""
	}
	return database, redis
}

// errHalf shows nothing of the DSN, which may hold a password.
var errHalf = errors.New("the DSN is two, with a space between: the database's, then the one of Redis, redis://host:port")

// Validate says in one line, without the passwords, what is wrong with a DSN. It connects to nothing.
func (p Pair) Validate(dsn string) error {
	database, redis := p.split(dsn)
	if p.Database.NeedsDSN() && (database == "" || redis == "") {
		return fmt.Errorf("%s: %w", p.Database.Name(), errHalf)
	}
	if err := p.Database.Validate(database); err != nil {
		return err
	}
	return validateRedis(redis)
}

func validateRedis(dsn string) error {
	if dsn == "" {
		return nil
	}
	return conn.Validate(dsn)
}

// Check connects to both, logs in, and says in one line what is wrong and what to do about it.
func (p Pair) Check(ctx context.Context, dsn string) error {
	if err := p.Validate(dsn); err != nil {
		return err
	}
	database, redis := p.split(dsn)
	if err := p.Database.Check(ctx, database); err != nil || redis == "" {
		return err
	}
	return conn.Check(ctx, redis)
}

// target is both systems with one strategy.
type target struct {
	database *db.Base
	redis    *conn.Base
	keys     int
	seed     uint64
	plan     plan
	stmts    statements
}

// newTarget makes the New of a strategy.
func (p Pair) newTarget(
	pl plan,
) func(dsn string, seed uint64) func(*cache.Workload) harness.Target[cache.Input, cache.Output] {
	return func(dsn string, seed uint64) func(*cache.Workload) harness.Target[cache.Input, cache.Output] {
		return func(w *cache.Workload) harness.Target[cache.Input, cache.Output] {
			database, redis := p.split(dsn)
			b := db.NewBase(p.Database, database, db.DefaultLevel)
			return &target{
				database: b, redis: conn.NewBase(redis), keys: w.Keys(), seed: seed, plan: pl, stmts: newStatements(b),
			}
		}
	}
}

// Close drops the table and deletes the keys.
func (t *target) Close(ctx context.Context) error {
	return errors.Join(t.database.Close(ctx), t.redis.Close(ctx))
}

// Version names both systems.
func (t *target) Version() string { return t.database.Version() + ", " + t.redis.Version() }
