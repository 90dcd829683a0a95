package memsession

import (
	"context"
	"errors"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/session"
)

// client is one session.
type client struct {
	mem.NothingToClose
	store    *store
	follower int           // that it reads from next
	seen     map[int]int64 // by key, the newest version that it has written or read: the session's token
}

func (c *client) Do(ctx context.Context, in session.Input) (session.Output, error) {
	key := int(in.Key)
	version, err := c.ask(ctx, in.Kind, key)
	if err != nil {
		return session.Output{}, err
	}
	c.seen[key] = max(c.seen[key], version)
	return session.Output{Version: version}, nil
}

func (c *client) ask(ctx context.Context, kind session.Kind, key int) (int64, error) {
	if kind == session.Write {
		return mem.Step(ctx, "write to leader", func() int64 { return c.store.write(key) })
	}
	return c.store.read(ctx, c, key)
}

func readLeader(ctx context.Context, c *client, key int) (int64, error) {
	return mem.Step(ctx, "read from leader", func() int64 { return c.store.latest(key) })
}

// readFollower reads from the client's own follower, always the same.
func readFollower(ctx context.Context, c *client, key int) (int64, error) {
	return mem.Step(ctx, "read from follower", func() int64 { return c.store.applied(c.follower, key) })
}

// readAround reads from one follower after the other.
func readAround(ctx context.Context, c *client, key int) (int64, error) {
	c.follower = (c.follower + 1) % len(c.store.lags)
	return readFollower(ctx, c, key)
}

// errBehind says that a follower does not have yet what the session has seen.
var errBehind = errors.New("the follower is behind")

// readAfterToken reads from one follower after the other, and waits until that has what the session has seen.
func readAfterToken(ctx context.Context, c *client, key int) (int64, error) {
	c.follower = (c.follower + 1) % len(c.store.lags)
	return harness.Retry(ctx, func(err error) bool { return errors.Is(err, errBehind) },
		func(ctx context.Context) (int64, error) {
			version, err := readFollower(ctx, c, key)
			if err == nil && version < c.seen[key] {
				err = errBehind
			}
			return version, err
		})
}

// readNewer reads from a follower, and from the leader where that does not have what the session has seen.
func readNewer(ctx context.Context, c *client, key int) (int64, error) {
	version, err := readAround(ctx, c, key)
	if err != nil || version >= c.seen[key] {
		return version, err
	}
	return readLeader(ctx, c, key)
}
