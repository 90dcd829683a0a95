package redislock

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// mine is what a client has of a lock: the value that it wrote, which nobody else ever does, and until when redsync says that
// it lasts.
type mine struct {
	value string
	until time.Time
}

// ask makes a step of one command or script on the first server. Whatever becomes of a lock whose answer was lost: nobody
// uses it, and it expires.
func ask[T any](ctx context.Context, s *session, step string, request conn.Request[T]) (T, error) {
	over, err := s.links[0].Wait(ctx)
	if err != nil {
		var none T
		return none, harness.NotApplied(err)
	}
	return conn.Look(ctx, over, step, request)
}

func (s *session) key(lock int) string { return s.names[0].Key("lock", lock) }

// value makes the value that a lock is to have.
func (s *session) value() string {
	s.asked++
	return fmt.Sprintf("%d-%d", s.client, s.asked)
}

// setIfAbsent takes a lock as the manual has it: SET key value NX PX lease.
func setIfAbsent(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	value := s.value()
	got, err := ask(ctx, s, "lock", func(ctx context.Context, c *redis.Client) (bool, error) {
		err := c.SetArgs(ctx, s.key(lock), value, redis.SetArgs{Mode: "NX", TTL: s.lease}).Err()
		if errors.Is(err, redis.Nil) {
			return false, nil
		}
		return err == nil, err
	})
	s.mine[lock] = mine{value: value}
	return locks.Grant{Got: got}, err
}

// setAndCountScript takes the lock KEYS[1] with the value ARGV[1] for ARGV[2] ms, and draws a token from KEYS[2]; 0 if the
// lock is taken.
const setAndCountScript = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
return redis.call('INCR', KEYS[2])
`

// setAndCount takes a lock and draws a token in one script. To draw it by a second command would not do: a holder that
// pauses before that, for longer than its lease, would be given a higher token than the next one.
func setAndCount(ctx context.Context, s *session, lock int) (locks.Grant, error) {
	value := s.value()
	token, err := ask(ctx, s, "lock", func(ctx context.Context, c *redis.Client) (int64, error) {
		keys := []string{s.key(lock), s.names[0].Key("token", lock)}
		return c.Eval(ctx, setAndCountScript, keys, value, s.lease.Milliseconds()).Int64()
	})
	s.mine[lock] = mine{value: value}
	return locks.Grant{Got: token > 0, Token: token}, err
}

// del releases a lock, whoever has it by now.
func del(ctx context.Context, s *session, lock int) (bool, error) {
	n, err := ask(ctx, s, "unlock", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Del(ctx, s.key(lock)).Result()
	})
	return n == 1, err
}

// delOwnScript deletes the lock KEYS[1] if it has the value ARGV[1].
const delOwnScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`

// delOwn releases a lock if it is still the client's.
func delOwn(ctx context.Context, s *session, lock int) (bool, error) {
	return s.own(ctx, "unlock", delOwnScript, lock)
}

// extendOwnScript lets the lock KEYS[1] last for another ARGV[2] ms if it has the value ARGV[1].
const extendOwnScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`

// extendOwn renews the lease of a lock that is still the client's.
func extendOwn(ctx context.Context, s *session, lock int) (bool, error) {
	return s.own(ctx, "extend", extendOwnScript, lock, s.lease.Milliseconds())
}

// own runs a script that does something if the lock is the client's, and answers 1 if it has.
func (s *session) own(ctx context.Context, step, script string, lock int, args ...any) (bool, error) {
	n, err := ask(ctx, s, step, func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Eval(ctx, script, []string{s.key(lock)}, append([]any{s.mine[lock].value}, args...)...).Int64()
	})
	return n == 1, err
}
