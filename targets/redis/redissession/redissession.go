// Package redissession writes to a Redis server and reads from its replica, in ways that keep what a client has written in
// sight and in ways that do not.
package redissession

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/workloads/session"
)

// patience is how long a write waits for the replicas, after which the client reads from the primary.
const patience = 100 * time.Millisecond

// writeScript gives the document KEYS[1] the next version, from the counter KEYS[2], and its text: 200 kB, as a rendered page
// has, which take a while to get to a replica on the same machine.
const writeScript = `
local version = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], version .. ' ' .. string.rep('x', 200000))
return version
`

// mostDigits is how much of a document is read: its version.
const mostDigits = 20

// way is how a strategy works.
type way struct {
	replica bool // reads go there
	wait    bool // a write waits until all replicas have it
}

// newTarget makes the target of a workload.
type newTarget = func(*session.Workload) harness.Target[session.Input, session.Output]

// newStore makes the New of a strategy. The DSN is that of the primary and that of the replica, with a space between.
func newStore(w way) func(string, uint64) newTarget {
	return func(dsn string, _ uint64) newTarget {
		return func(workload *session.Workload) harness.Target[session.Input, session.Output] {
			return &store{pair: newPair(dsn), way: w, keys: workload.Keys()}
		}
	}
}

// store is keys on the primary, of which the replica has a copy.
type store struct {
	*pair
	way  way
	keys int
}

// Setup connects. The keys come with the writes, and are the store's from now on.
func (s *store) Setup(ctx context.Context) error {
	if err := s.connect(ctx); err != nil {
		return err
	}
	s.Own(s.Names().Keys("key", s.keys)...)
	s.Own(s.Names().Keys("version", s.keys)...)
	return nil
}

func (s *store) Open(ctx context.Context, _ int) (harness.Client[session.Input, session.Output], error) {
	primary, err := s.Link(ctx)
	if err != nil {
		return nil, err
	}
	replica, err := s.replica.Link(ctx)
	if err != nil {
		primary.Close()
		return nil, err
	}
	return &client{store: s, primary: primary, replica: replica}, nil
}

// client is one session.
type client struct {
	store            *store
	primary, replica *conn.Link
	behind           bool // the replica may lack a write of the client's
}

func (c *client) Do(ctx context.Context, in session.Input) (session.Output, error) {
	if in.Kind == session.Write {
		v, err := c.write(ctx, int(in.Key))
		return session.Output{Version: v}, err
	}
	v, err := c.read(ctx, c.store.Names().Key("key", int(in.Key)))
	return session.Output{Version: v}, err
}

func (c *client) Close() error {
	c.primary.Close()
	c.replica.Close()
	return nil
}

// write gives the key its next version, and may wait for the replicas then. The answer to WAIT says how many have it,
// not which: only where all do, the one that is read from is sure to.
func (c *client) write(ctx context.Context, key int) (int64, error) {
	keys := []string{c.store.Names().Key("key", key), c.store.Names().Key("version", key)}
	over, err := c.primary.Wait(ctx)
	if err != nil {
		return 0, harness.NotApplied(err)
	}
	v, err := conn.Commit(ctx, over, "write", func(ctx context.Context, r *redis.Client) (int64, error) {
		return r.Eval(ctx, writeScript, keys).Int64()
	})
	if err != nil || !c.store.way.wait {
		return v, err
	}
	n, err := conn.Look(ctx, over, "wait for replicas", func(ctx context.Context, r *redis.Client) (int64, error) {
		return r.Wait(ctx, c.store.replicas, patience).Result()
	})
	c.behind = err != nil || n < int64(c.store.replicas)
	return v, nil //nolint:nilerr // the write was made, whoever has it
}

// read reads from the replica, if that is the strategy's way and the replica has what it is waited for.
func (c *client) read(ctx context.Context, key string) (int64, error) {
	from, step := c.primary, "read from primary"
	if c.store.way.replica && !c.behind {
		from, step = c.replica, "read from replica"
	}
	over, err := from.Wait(ctx)
	if err != nil {
		return 0, harness.NotApplied(err)
	}
	return conn.Look(ctx, over, step, func(ctx context.Context, r *redis.Client) (int64, error) {
		text, err := r.GetRange(ctx, key, 0, mostDigits).Result()
		if err != nil || text == "" {
			return 0, err
		}
		digits, _, _ := strings.Cut(text, " ")
		return strconv.ParseInt(digits, 10, 64)
	})
}
