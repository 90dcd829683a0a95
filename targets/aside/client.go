package aside

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/cache"
)

// plan is a strategy.
type plan struct {
	read  func(ctx context.Context, j job) (cache.Output, error)
	write func(ctx context.Context, j job) (cache.Output, error)
}

// client is one client of both systems.
type client struct {
	plan   plan
	stmts  statements
	names  conn.Names
	source *db.Client
	link   *conn.Link
	number int
	chance *rand.Rand
	leases int // how many the client has asked for
}

// Open connects a client to both.
func (t *target) Open(ctx context.Context, number int) (harness.Client[cache.Input, cache.Output], error) {
	source, err := t.database.Client(ctx, number)
	if err != nil {
		return nil, err
	}
	link, err := t.redis.Link(ctx)
	if err != nil {
		return nil, errors.Join(err, source.Close())
	}
	return &client{
		plan: t.plan, stmts: t.stmts, names: t.redis.Names(), source: source, link: link, number: number,
		chance: rand.New(rand.NewPCG(t.seed, uint64(number))),
	}, nil
}

// Close gives up both connections.
func (c *client) Close() error {
	c.link.Close()
	return c.source.Close()
}

// job is one operation on one key, over one connection to Redis.
type job struct {
	*client
	cache      *conn.Conn
	key        int
	name       string // of the key's value in Redis
	tokenNamed string // of its lease
}

// Do makes one operation.
func (c *client) Do(ctx context.Context, in cache.Input) (out cache.Output, err error) {
	over, err := c.link.Wait(ctx)
	if err != nil {
		return out, harness.NotApplied(err)
	}
	key := int(in.Key)
	j := job{client: c, cache: over, key: key, name: c.names.Key(valueKey, key), tokenNamed: c.names.Key(tokenKey, key)}
	switch in.Kind {
	case cache.Write:
		return c.plan.write(ctx, j)
	case cache.Read:
		return c.plan.read(ctx, j)
	case cache.Cached:
		e, err := j.get(ctx)
		return cache.Output{Version: e.version, Nothing: !e.held}, err
	default:
		out.Version, err = j.load(ctx)
		return out, err
	}
}

// entry is what the cache holds, if anything.
type entry struct {
	version int64
	held    bool
}

func (j job) get(ctx context.Context) (entry, error) {
	return conn.Look(ctx, j.cache, "get", func(ctx context.Context, c *redis.Client) (entry, error) {
		version, err := c.Get(ctx, j.name).Int64()
		if errors.Is(err, redis.Nil) {
			return entry{}, nil
		}
		return entry{version, true}, err
	})
}

// set puts a version into the cache, whatever is there; for ever, if the time to live is 0. Its error is that of a read, which
// changes nothing: a fill that may come late is what each strategy must be ready for.
func (j job) set(ctx context.Context, version int64, live time.Duration) error {
	_, err := conn.Look(ctx, j.cache, "set", func(ctx context.Context, c *redis.Client) (string, error) {
		return c.Set(ctx, j.name, version, live).Result()
	})
	return err
}

func (j job) delete(ctx context.Context) error {
	_, err := conn.Look(ctx, j.cache, "delete", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Del(ctx, j.name).Result()
	})
	return err
}

// written is the outcome of a write after the source has made its version. If the cache was not told, nobody knows what it
// holds, and the write is one of unknown outcome: it is no longer harness.ErrNotApplied.
func written(version int64, filled bool, err error) (cache.Output, error) {
	if err != nil {
		err = fmt.Errorf("the source was written, and the cache not told: %v", err) //nolint:errorlint // see above
	}
	return cache.Output{Version: version, Filled: filled}, err
}

const (
	// stall is how long a client pauses that does, as a garbage collection, a slow network or a busy machine make it.
	stall = 20 * time.Millisecond
	// stalls is one in how many that is.
	stalls = 3
)

// pause is what happens to one client in three between two systems.
func (j job) pause(ctx context.Context) error { return strategy.Pause(ctx, j.chance, stalls, stall) }
