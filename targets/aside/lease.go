package aside

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/workloads/cache"
)

// Leases are those of Nishtala et al., "Scaling Memcache at Facebook" (NSDI 2013), section 3.2.1: who finds nothing is given
// a token, and the cache takes what it loads only for that token, which a delete revokes. While there is a token, others that
// find nothing wait.
//
// One thing is added. There, a reader whose token was revoked still answers with what it has loaded. It may have loaded
// late, and so be newer than what another, with a younger token, is about to fill; its client would then see time run
// backwards. Here it reads again, so that every answer is something that the cache held.

// leaseTime is when the token of a client expires that was never heard of again.
const leaseTime = time.Second

// errNoLease says that somebody else has the token, or that it was revoked. It wraps nothing and was sent by nobody.
var errNoLease = errors.New("redis: no lease")

func isNoLease(err error) bool { return errors.Is(err, errNoLease) }

// leaseScript has the keys of the value and the token, and the arguments token and milliseconds. It answers with the value;
// or with the token, if there is none of another.
const leaseScript = `
local held = redis.call('GET', KEYS[1])
if held then return {tonumber(held), 0} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {0, 2} end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {0, 1}
`

// The second numbers of its answer.
const (
	leaseHit   = 0
	leaseGiven = 1
)

// redeemScript has the same keys, and the arguments token and version.
const redeemScript = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
return 1
`

func (j job) leaseKeys() []string { return []string{j.name, j.tokenNamed} }

// readUnderLease reads until the cache holds what it gives.
func readUnderLease(ctx context.Context, j job) (cache.Output, error) {
	return harness.Retry(ctx, isNoLease, j.lease)
}

func (j job) lease(ctx context.Context) (cache.Output, error) {
	j.leases++
	token := fmt.Sprintf("%d-%d", j.number, j.leases)
	reply, err := conn.Look(ctx, j.cache, "get or lease", func(ctx context.Context, c *redis.Client) ([]int64, error) {
		return c.Eval(ctx, leaseScript, j.leaseKeys(), token, leaseTime.Milliseconds()).Int64Slice()
	})
	switch {
	case err != nil:
		return cache.Output{}, err
	case len(reply) != 2:
		return cache.Output{}, harness.NotAppliedf("redis: get or lease: the script answered %v", reply)
	case reply[1] == leaseHit:
		return cache.Output{Version: reply[0]}, nil
	case reply[1] != leaseGiven:
		return cache.Output{}, errNoLease
	}
	version, err := j.loadSlowly(ctx)
	if err != nil {
		return cache.Output{}, err
	}
	return cache.Output{Version: version, Filled: true}, j.redeem(ctx, token, version)
}

// redeem fills the cache, if the token still stands.
func (j job) redeem(ctx context.Context, token string, version int64) error {
	done, err := conn.Look(ctx, j.cache, "fill with lease", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Eval(ctx, redeemScript, j.leaseKeys(), token, version).Int64()
	})
	if err == nil && done == 0 {
		return errNoLease
	}
	return err
}

// writeThenRevoke deletes the value and the token at once.
func writeThenRevoke(ctx context.Context, j job) (cache.Output, error) {
	version, err := j.store(ctx)
	if err != nil {
		return cache.Output{}, err
	}
	_, err = conn.Look(ctx, j.cache, "delete and revoke", func(ctx context.Context, c *redis.Client) (int64, error) {
		return c.Del(ctx, j.leaseKeys()...).Result()
	})
	return written(version, false, err)
}
