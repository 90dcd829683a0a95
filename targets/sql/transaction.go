package sql

import (
	"context"
	"errors"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

// rollbackTimeout is how long a rollback may take before the connection is given up instead.
const rollbackTimeout = 2 * time.Second

// body is what is done inside a transaction. On an error it is rolled back; a refusal that wrote nothing is
// committed, since an engine may vouch for what a transaction read only when it commits.
type body func(ctx context.Context) (cells.Effect, error)

// inTx runs fn in a transaction of the strategy's level. Whatever fails before COMMIT is sent has no effect: either it
// was rolled back, or the server does so when it misses the connection.
func (s *session) inTx(ctx context.Context, fn body) (cells.Effect, error) {
	if _, err := s.exec(ctx, "begin", s.store.dialect.begin(s.store.plan.level)); err != nil {
		return cells.Effect{}, s.undone(err)
	}
	e, err := fn(ctx)
	if err == nil {
		return e, s.commit(ctx)
	}
	s.rollback(ctx, err)
	if errors.Is(err, errRefused) {
		return cells.Effect{}, nil
	}
	return cells.Effect{}, harness.NotApplied(err)
}

func (s *session) commit(ctx context.Context) error {
	_, err := s.exec(ctx, "commit", "COMMIT")
	if err == nil {
		return nil
	}
	if neverSent(err) || s.store.dialect.outcome(err).refusedCommit {
		s.rollback(ctx, err)
		return harness.NotApplied(err)
	}
	s.discard()
	return err
}

// rollback leaves no transaction behind: it rolls back, or gives up the connection where that can't be done soon.
func (s *session) rollback(ctx context.Context, because error) {
	if ctx.Err() != nil || !s.usable(because) {
		s.discard()
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	if _, err := s.exec(ctx, "rollback", "ROLLBACK"); err != nil {
		s.discard()
	}
}
