package redis

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// session is one client.
type session struct {
	names  names
	cells  int
	update update
	client int
	chance *rand.Rand
	main   *link
	other  *link // is connected only by a strategy that uses it
	locks  int   // how many locks the client has asked for
}

// update is a strategy.
type update func(ctx context.Context, j job) (cells.Effect, error)

// job is one change that a client makes over one connection.
type job struct {
	*session
	conn   *conn
	change cells.Change
}

func (s *session) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	conn, err := s.main.wait(ctx)
	if err != nil {
		return cells.Effect{}, harness.NotApplied(err)
	}
	return s.update(ctx, job{session: s, conn: conn, change: c})
}

func (s *session) Read(ctx context.Context, cell int) (int64, error) {
	v, err := s.values(ctx, "read value", s.names.cell(cell))
	if err != nil {
		return 0, err
	}
	return v[0], nil
}

func (s *session) ReadAll(ctx context.Context) ([]int64, error) {
	return s.values(ctx, "read all", s.names.cells(s.cells)...)
}

func (s *session) values(ctx context.Context, step string, keys ...string) ([]int64, error) {
	conn, err := s.main.wait(ctx)
	if err != nil {
		return nil, harness.NotApplied(err)
	}
	return values(ctx, conn, step, keys)
}

func (s *session) Close() error {
	s.main.close()
	s.other.close()
	return nil
}

// values reads keys by one command, so that they are of one moment.
func values(ctx context.Context, c *conn, step string, keys []string) ([]int64, error) {
	texts, err := look(ctx, c, step, func(ctx context.Context, client *redis.Client) ([]any, error) {
		if len(keys) > 1 {
			return client.MGet(ctx, keys...).Result()
		}
		text, err := client.Get(ctx, keys[0]).Result()
		if errors.Is(err, redis.Nil) {
			return []any{nil}, nil
		}
		return []any{text}, err
	})
	if err != nil {
		return nil, err
	}
	return numbers(keys, texts)
}

// numbers reads what the cells hold.
func numbers(keys []string, texts []any) ([]int64, error) {
	all := make([]int64, len(keys))
	for i, t := range texts {
		text, ok := t.(string)
		if !ok {
			return nil, harness.NotAppliedf("redis: key %s is gone: let nothing delete keys while the run goes on", keys[i])
		}
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, harness.NotAppliedf("redis: key %s: %w: let nothing else write to it", keys[i], err)
		}
		all[i] = v
	}
	return all, nil
}
