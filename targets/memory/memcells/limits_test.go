package memcells

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

var (
	increment = cells.Change{Kind: cells.Add, Delta: 1}
	errGaveUp = errors.New("gave up")
)

func gaveUp(t *testing.T) context.Context {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	return ctx
}

func TestClosedStore(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		store := s.New("", 1)
		require.NoError(t, store.Close(t.Context()), "before Setup")
		_, err := store.Open(t.Context(), 0)
		require.ErrorContains(t, err, "Open before Setup")
		require.NoError(t, store.Setup(t.Context(), []int64{1}))
		require.NoError(t, store.Close(t.Context()))
		require.NoError(t, store.Close(t.Context()), "again")
		require.Contains(t, store.Version(), "memory (go")
	})
}

func TestSetupKeepsNothingOfTheCallers(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		initial := []int64{1}
		store := s.New("", 1)
		cellstest.Setup(t, store, initial...)
		_, err := cellstest.Open(t, store, 0).Apply(t.Context(), increment)
		require.NoError(t, err)
		require.Equal(t, []int64{1}, initial)
	})
}

func TestOneClientsCloseIsItsOwn(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		store := s.New("", 1)
		cellstest.Setup(t, store, 0)
		first, second := cellstest.Open(t, store, 0), cellstest.Open(t, store, 1)
		require.NoError(t, first.Close())
		_, err := second.Apply(t.Context(), increment)
		require.NoError(t, err)
	})
}

func TestMutexIsWaitedForNoLongerThanTheContext(t *testing.T) {
	m := newMutex([]int64{0}).(*mutex)
	require.NoError(t, m.lock(t.Context()))
	_, err := m.Apply(gaveUp(t), increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errGaveUp)
	m.unlock()
	_, err = m.Apply(t.Context(), increment)
	require.NoError(t, err)
}

func TestAtomicRefusesWhatNoInstructionDoes(t *testing.T) {
	s := newAtomic([]int64{5, 5})
	for _, c := range []cells.Change{
		{Kind: cells.Move, To: 1, Delta: 1},
		{Kind: cells.Add, Delta: -1, Floor: true},
	} {
		_, err := s.Apply(t.Context(), c)
		require.ErrorIs(t, err, harness.ErrNotApplied, "%+v", c)
	}
	_, err := s.ReadAll(t.Context())
	require.ErrorIs(t, err, harness.ErrNotApplied)
}

func TestAtomicSaysNothingThatItDidNotSee(t *testing.T) {
	s := newAtomic([]int64{5})
	e, err := s.Apply(t.Context(), cells.Change{Kind: cells.CompareAndSet, Old: 4, New: 6})
	require.NoError(t, err)
	require.Equal(t, cells.Effect{}, e)
}

func TestOwnerHasNotTakenIt(t *testing.T) {
	o := &owner{requests: make(chan func([]int64)), closing: make(chan struct{})} // nobody serves
	_, err := o.Apply(gaveUp(t), increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errGaveUp)
	close(o.closing)
	_, err = o.Apply(t.Context(), increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errClosed)
}

func TestOwnerHasTakenItAndNobodyKnows(t *testing.T) {
	o := &owner{requests: make(chan func([]int64)), closing: make(chan struct{})}
	ctx, cancel := context.WithCancelCause(t.Context())
	values := []int64{0}
	done := make(chan struct{})
	go func() {
		defer close(done)
		request := <-o.requests
		cancel(errGaveUp)
		<-ctx.Done()
		request(values)
	}()
	_, err := o.Read(ctx, 0)
	<-done
	// The answer may have come at the same moment as the end of the context; then it is the answer.
	if err != nil {
		require.NotErrorIs(t, err, harness.ErrNotApplied)
		require.ErrorIs(t, err, errGaveUp)
	}
}

func TestOwnerTakesAndNeverAnswers(t *testing.T) {
	o := &owner{requests: make(chan func([]int64)), closing: make(chan struct{})}
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-o.requests; cancel(errGaveUp) }()
	_, err := o.Apply(ctx, increment)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errGaveUp)
}

func TestOwnerEndsAtClose(t *testing.T) {
	o := newOwner([]int64{0}).(*owner)
	_, err := o.Apply(t.Context(), increment)
	require.NoError(t, err)
	require.NoError(t, o.Close())
	_, open := <-o.ended
	require.False(t, open)
	_, err = o.Apply(t.Context(), increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
}

func TestSnapshotGivesUpWithTheContext(t *testing.T) {
	s := newSnapshot([]int64{0}).(*snapshot)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	e, err := s.Apply(ctx, increment)
	// Without a rival the first try succeeds, and what has succeeded is not taken back.
	require.NoError(t, err)
	require.Equal(t, increment.Saw(cells.Pair{}), e)
}
