package redislock

import (
	"context"
	"errors"
	"slices"

	"github.com/go-redsync/redsync/v4"
	"github.com/go-redsync/redsync/v4/redis/goredis/v9"
	"github.com/redis/go-redis/v9"

	syncredis "github.com/go-redsync/redsync/v4/redis"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// patience is how many leases redsync may wait for an answer. By its default, a twentieth of one, a lease as short as ours
// would never come about on a busy machine.
const patience = 20

// withAll has a request made over one connection to each server, as one step.
func withAll[T any](
	ctx context.Context, s *session, step string, request func(context.Context, []*redis.Client) (T, error),
) (v T, err error) {
	over := make([]*conn.Conn, len(s.links))
	for i, l := range s.links {
		if over[i], err = l.Wait(ctx); err != nil {
			return v, harness.NotApplied(err)
		}
	}
	return conn.Look(ctx, over[0], step, gather(over[1:], nil, request))
}

// gather makes a request over the connections given, besides those of the clients before.
func gather[T any](
	over []*conn.Conn, before []*redis.Client, request func(context.Context, []*redis.Client) (T, error),
) conn.Request[T] {
	return func(ctx context.Context, c *redis.Client) (T, error) {
		clients := slices.Concat(before, []*redis.Client{c})
		if len(over) == 0 {
			return request(ctx, clients)
		}
		v, _, err := conn.RoundTrip(ctx, over[0], gather(over[1:], clients, request))
		return v, err
	}
}

// lockBySync takes a lock by redsync, on as many servers as there are.
func lockBySync(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	return withAll(ctx, s, "lock", func(ctx context.Context, clients []*redis.Client) (locks.Grant, error) {
		m := s.mutex(clients, lock)
		if err := m.TryLockContext(ctx); err != nil {
			return locks.Grant{}, fault(err)
		}
		s.mine[lock] = mine{value: m.Value(), until: m.Until()}
		return locks.Grant{Got: true}, nil
	})
}

// lockAndCount also draws a token. It is worth something only if the lock has lasted until then: so that is looked at, and
// the lock given up otherwise.
func lockAndCount(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	g, err := lockBySync(ctx, s, lock)
	if err != nil || !g.Got {
		return g, err
	}
	g.Token, err = ask(ctx, s, "draw token", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Incr(ctx, s.names[0].Key("token", lock)).Result()
	})
	if err != nil || !s.now().Before(s.mine[lock].until) {
		return locks.Grant{}, err
	}
	return g, nil
}

// mutex makes redsync's, for one turn or a part of it.
func (s *session) mutex(clients []*redis.Client, lock int, more ...redsync.Option) *redsync.Mutex {
	var pools []syncredis.Pool
	for _, c := range clients {
		pools = append(pools, goredis.NewPool(c))
	}
	options := append([]redsync.Option{redsync.WithExpiry(s.lease), redsync.WithTimeoutFactor(patience)}, more...)
	return redsync.New(pools...).NewMutex(s.key(lock), options...)
}

// unlockBySync gives it back by the value that it was taken with, over the connections that there are by now: one through which
// it was taken may have been cut.
func unlockBySync(ctx context.Context, s *session, lock int) (bool, error) {
	return withAll(ctx, s, "unlock", func(ctx context.Context, clients []*redis.Client) (bool, error) {
		held, err := s.mutex(clients, lock, redsync.WithValue(s.mine[lock].value)).UnlockContext(ctx)
		return held, fault(err)
	})
}

// fault is an error of redsync's that says more than that a lock is taken, or is over, which is an answer.
func fault(err error) error {
	var broken *redsync.RedisError
	if errors.As(err, &broken) {
		return broken
	}
	return nil
}
