package rediscells

import (
	"context"
	"math/rand/v2"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// session is one client.
type session struct {
	names  names
	cells  int
	update update
	client int
	chance *rand.Rand
	main   *conn.Link
	other  *conn.Link // is connected only by a strategy that uses it
	locks  int        // how many locks the client has asked for
}

// update is a strategy.
type update func(ctx context.Context, j job) (cells.Effect, error)

// job is one change that a client makes over one connection.
type job struct {
	*session
	conn   *conn.Conn
	change cells.Change
}

func (s *session) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	over, err := s.main.Wait(ctx)
	if err != nil {
		return cells.Effect{}, harness.NotApplied(err)
	}
	return s.update(ctx, job{session: s, conn: over, change: c})
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
	over, err := s.main.Wait(ctx)
	if err != nil {
		return nil, harness.NotApplied(err)
	}
	return conn.Values(ctx, over, step, keys)
}

func (s *session) Close() error {
	s.main.Close()
	s.other.Close()
	return nil
}
