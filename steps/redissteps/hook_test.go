package redissteps_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/steps/internal/stepstest"
	"github.com/lostupdate/stress/steps/redissteps"
)

// eachServer runs fn with a client of the server in this process, and of a real one if there is any, and with a key that
// is deleted at the end.
func eachServer(t *testing.T, fn func(t *testing.T, c *redis.Client, key string)) {
	run := func(name string, options func(t *testing.T) *redis.Options) {
		t.Run(name, func(t *testing.T) {
			c := connect(t, options(t))
			key := fmt.Sprintf("redissteps:%x", rand.Uint64())
			t.Cleanup(func() { require.NoError(t, c.Del(context.Background(), key).Err()) })
			c.AddHook(redissteps.Hook{})
			fn(t, c, key)
		})
	}
	run("embedded", func(t *testing.T) *redis.Options { return &redis.Options{Addr: miniredis.RunT(t).Addr()} })
	run("real", func(t *testing.T) *redis.Options {
		o, err := redis.ParseURL(testenv.DSN(t, "redis"))
		require.NoError(t, err)
		return o
	})
}

func connect(tb testing.TB, o *redis.Options) *redis.Client {
	tb.Helper()
	c := redis.NewClient(o)
	tb.Cleanup(func() { require.NoError(tb, c.Close()) })
	return c
}

// code is code under test that knows nothing of steps.
type code struct {
	c   *redis.Client
	key string
}

func (s code) read(ctx context.Context) (int64, error) {
	v, err := s.c.Get(ctx, s.key).Int64()
	if err == redis.Nil { //nolint:errorlint // it must come through unchanged
		return 0, nil
	}
	return v, err
}

func (s code) racyAdd(ctx context.Context, delta int64) (int64, error) {
	before, err := s.read(ctx)
	if err != nil {
		return 0, err
	}
	return before, s.c.Set(ctx, s.key, before+delta, 0).Err()
}

func (s code) add(ctx context.Context, delta int64) (int64, error) {
	after, err := s.c.IncrBy(ctx, s.key, delta).Result()
	return after - delta, err
}

// everything is one operation that takes all kinds of steps.
func (s code) everything(ctx context.Context) error {
	if err := s.c.Ping(ctx).Err(); err != nil {
		return err
	}
	if _, err := s.racyAdd(ctx, 1); err != nil {
		return err
	}
	_, err := s.c.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Get(ctx, s.key)
		p.Set(ctx, s.key, "secret", 0)
		return nil
	})
	if err != nil {
		return err
	}
	return s.c.Watch(ctx, func(tx *redis.Tx) error {
		if err := tx.Get(ctx, s.key).Err(); err != nil {
			return err
		}
		_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, s.key, 2, 0)
			return nil
		})
		return err
	}, s.key)
}

func TestSteps(t *testing.T) {
	eachServer(t, func(t *testing.T, c *redis.Client, key string) {
		got := stepstest.Steps(t, code{c, key}.everything)
		require.Equal(t, []string{
			"get " + key, "set " + key, "pipeline: get, set", "watch " + key, "get " + key, "pipeline: multi, set, exec",
		}, got)
	})
}

func TestLostUpdates(t *testing.T) {
	eachServer(t, func(t *testing.T, c *redis.Client, key string) {
		s := code{c, key}
		stepstest.Loses(t, stepstest.Counter{Read: s.read, Add: s.racyAdd})
	})
}

func TestRepaired(t *testing.T) {
	eachServer(t, func(t *testing.T, c *redis.Client, key string) {
		s := code{c, key}
		stepstest.Keeps(t, stepstest.Counter{Read: s.read, Add: s.add})
	})
}

// TestNamesKeepSecrets asks with arguments of which only keys may be told.
func TestNamesKeepSecrets(t *testing.T) {
	const secret = "s3cret"
	for want, args := range map[string][]any{
		"get wallet:7":                         {"GET", "wallet:7"},
		"set wallet:7":                         {"set", []byte("wallet:7"), secret},
		"get 7":                                {"get", 7},
		"get":                                  {"get", 7.5},
		"incr":                                 {"incr"},
		"get a b":                              {"get", "a\nb"},
		"get " + strings.Repeat("k", 36):       {"get", strings.Repeat("k", 36)},
		"get " + strings.Repeat("k", 36) + "…": {"get", strings.Repeat("k", 37)},
		"eval wallet:7":                        {"eval", secret, 1, "wallet:7", secret},
		"evalsha":                              {"evalsha", "1234", "0", secret},
		"fcall":                                {"fcall", secret},
		"object wallet:7":                      {"object", "encoding", "wallet:7"},
		"zunion wallet:7":                      {"zunion", 1, "wallet:7"},
		"publish":                              {"publish", "channel", secret},
		"config":                               {"config", "set", "requirepass", secret},
		"acl":                                  {"acl", "setuser", "x", ">" + secret},
		"migrate":                              {"migrate", "host", 1, "k", 0, 1, "auth", secret},
		"unknown.command":                      {"unknown.command", secret},
		"hset wallet:7":                        {"hset", "wallet:7", "password", secret},
		"unwatch":                              {"unwatch"},
		"xread":                                {"xread", "streams", "s", "0"},
		strings.Repeat("x", 40) + "…":          {strings.Repeat("x", 41)},
	} {
		c := connect(t, &redis.Options{Addr: "127.0.0.1:1"})
		c.AddHook(redissteps.Hook{})
		c.AddHook(answering{})
		require.Equal(t, []string{want}, stepstest.Steps(t, func(ctx context.Context) error {
			return c.Do(ctx, args...).Err()
		}))
	}
}

// answering is a hook that answers everything, and sends nothing.
type answering struct{ redissteps.Hook }

func (answering) ProcessHook(redis.ProcessHook) redis.ProcessHook {
	return func(context.Context, redis.Cmder) error { return nil }
}

func (answering) ProcessPipelineHook(redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(context.Context, []redis.Cmder) error { return nil }
}

func TestConnectingIsNoStep(t *testing.T) {
	m := miniredis.RunT(t)
	m.RequireUserAuth("user", "s3cret")
	c := connect(t, &redis.Options{Addr: m.Addr(), Username: "user", Password: "s3cret", DB: 1, ClientName: "s3cret"})
	c.AddHook(redissteps.Hook{})
	got := stepstest.Steps(t, func(ctx context.Context) error {
		conn := c.Conn()
		defer conn.Close()
		if err := conn.AuthACL(ctx, "user", "s3cret").Err(); err != nil {
			return err
		}
		if err := conn.Hello(ctx, 3, "user", "s3cret", "s3cret").Err(); err != nil {
			return err
		}
		_, err := conn.Pipelined(ctx, func(p redis.Pipeliner) error {
			p.Select(ctx, 2)
			return p.Ping(ctx).Err()
		})
		return err
	})
	require.Empty(t, got)
}

func TestLongPipeline(t *testing.T) {
	c := connect(t, &redis.Options{Addr: "127.0.0.1:1"})
	c.AddHook(redissteps.Hook{})
	c.AddHook(answering{})
	got := stepstest.Steps(t, func(ctx context.Context) error {
		_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
			for range 1000 {
				p.Get(ctx, "wallet:7")
			}
			return nil
		})
		return err
	})
	require.Equal(t, []string{"pipeline: get, get, get, get, get, get,…"}, got)
}

func TestRefusedCommandsAreNotSent(t *testing.T) {
	c := connect(t, &redis.Options{Addr: miniredis.RunT(t).Addr()})
	c.AddHook(redissteps.Hook{})
	got := stepstest.Steps(t, func(ctx context.Context) error {
		set := c.Set(ctx, "a", 1, 0)
		require.Equal(t, stepstest.ErrRefused, set.Err())
		all, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, "a", 1, 0)
			p.Get(ctx, "a")
			return nil
		})
		require.Equal(t, stepstest.ErrRefused, err)
		require.Len(t, all, 2)
		for _, one := range all {
			require.Equal(t, stepstest.ErrRefused, one.Err())
		}
		all, err = c.TxPipelined(ctx, func(p redis.Pipeliner) error { return p.Set(ctx, "a", 1, 0).Err() })
		require.Equal(t, stepstest.ErrRefused, err)
		require.Equal(t, stepstest.ErrRefused, all[0].Err())
		return nil
	}, "set a", "pipeline: set, get", "pipeline: multi, set, exec")
	require.Empty(t, got)
	require.Equal(t, redis.Nil, c.Get(t.Context(), "a").Err())
}

func TestOutsideOfTheHarness(t *testing.T) {
	eachServer(t, func(t *testing.T, c *redis.Client, key string) {
		s := code{c, key}
		require.NoError(t, s.everything(t.Context()))
		v, err := s.read(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, v)

		require.Equal(t, redis.Nil, c.Get(t.Context(), key+":absent").Err())
		err = c.LPush(t.Context(), key, 1).Err()
		require.ErrorContains(t, err, "WRONGTYPE")
		require.Implements(t, (*redis.Error)(nil), err)

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, c.Get(ctx, key).Err(), context.Canceled)

		_, err = c.Pipelined(t.Context(), func(p redis.Pipeliner) error {
			p.LPush(t.Context(), key, 1)
			p.Get(t.Context(), key)
			return nil
		})
		require.ErrorContains(t, err, "WRONGTYPE")
	})
}

func BenchmarkGet(b *testing.B) {
	m := miniredis.RunT(b)
	plain, steps := connect(b, &redis.Options{Addr: m.Addr()}), connect(b, &redis.Options{Addr: m.Addr()})
	steps.AddHook(redissteps.Hook{})
	require.NoError(b, m.Set("wallet:7", "1000"))
	get := func(c *redis.Client) func(context.Context) error {
		return func(ctx context.Context) error { return c.Get(ctx, "wallet:7").Err() }
	}
	stepstest.Compare(b, 2000, get(plain), get(steps))
}
