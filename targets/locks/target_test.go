package locks

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/lock"
)

type (
	in  = lock.Input
	out = lock.Output
)

var errTest = errors.New("test")

// fake is a service and a client of it, which answers what it is told and counts.
type fake struct {
	grants   []Grant
	held     bool
	err      error
	setups   int
	acquired int
	released int
}

func (f *fake) Setup(context.Context, int) error { f.setups++; return f.err }
func (f *fake) Version() string                  { return "fake 1" }
func (f *fake) Acquire(context.Context, int) (Grant, error) {
	f.acquired++
	if len(f.grants) == 0 {
		return Grant{}, f.err
	}
	g := f.grants[0]
	f.grants = f.grants[1:]
	return g, f.err
}
func (f *fake) Release(context.Context, int) (bool, error) { f.released++; return f.held, f.err }

// service has a Close of another shape than its client.
type service struct{ *fake }

func (s service) Close(context.Context) error               { return s.err }
func (s service) Open(context.Context, int) (Locker, error) { return locker(s), s.err }

type locker struct{ *fake }

func (locker) Close() error { return nil }

// kept is a client that looks after its grants.
type kept struct {
	locker
	still bool
	kerr  error
}

func (k *kept) Keep(context.Context, int) (bool, error) { return k.still, k.kerr }

func open(t *testing.T, f *fake, c Config) harness.Client[in, out] {
	t.Helper()
	w, err := lock.New(lock.Config{Keys: workloads.Keys{N: 2}})
	require.NoError(t, err)
	target := Target(service{f}, w, c)
	require.NoError(t, target.Setup(t.Context()))
	require.Equal(t, 1, f.setups)
	require.Equal(t, "fake 1", target.(harness.Versioned).Version())
	opened, err := target.Open(t.Context(), 3)
	require.NoError(t, err)
	return opened
}

func requireAnswer(t *testing.T, c harness.Client[in, out], kind lock.Kind, want out) {
	t.Helper()
	got, err := c.Do(t.Context(), in{Kind: kind, Lock: 1})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestATurn(t *testing.T) {
	f := &fake{grants: []Grant{{}, {}, {Got: true, Token: 7}}, held: true}
	c := open(t, f, Config{})
	requireAnswer(t, c, lock.Use, out{})
	requireAnswer(t, c, lock.Release, out{})
	require.Zero(t, f.released, "who has nothing asks for nothing")
	requireAnswer(t, c, lock.Acquire, out{Got: true, Token: 7})
	require.Equal(t, 3, f.acquired, "it asks again for what is taken")
	requireAnswer(t, c, lock.Use, out{Accepted: true, Seq: 1})
	requireAnswer(t, c, lock.Use, out{Accepted: true, Seq: 2})
	requireAnswer(t, c, lock.Release, out{Held: true})
	requireAnswer(t, c, lock.Use, out{})
}

func TestTakenForLong(t *testing.T) {
	f := &fake{}
	requireAnswer(t, open(t, f, Config{}), lock.Acquire, out{})
	require.Equal(t, attempts, f.acquired)
}

// TestTheFence holds that the resource refuses a token below one that it has seen, if it is fenced.
func TestTheFence(t *testing.T) {
	for _, fenced := range []bool{true, false} {
		r := newResource(2, fenced)
		for _, token := range []int64{3, 5, 5} {
			_, accepted := r.access(0, token)
			require.True(t, accepted)
		}
		seq, accepted := r.access(0, 4)
		require.Equal(t, !fenced, accepted)
		require.Equal(t, !fenced, seq == 4)
		seq, accepted = r.access(1, 1)
		require.True(t, accepted, "another lock's part has a fence of its own")
		require.EqualValues(t, 1, seq)
	}
}

func TestAKeeperDecides(t *testing.T) {
	f := &fake{grants: []Grant{{Got: true}}}
	k := &kept{locker: locker{f}}
	c := open(t, f, Config{}).(*client)
	c.Locker = k
	requireAnswer(t, c, lock.Acquire, out{Got: true})
	requireAnswer(t, c, lock.Use, out{})
	k.still = true
	requireAnswer(t, c, lock.Use, out{Accepted: true, Seq: 1})
	k.kerr = harness.NotApplied(errTest)
	_, err := c.Do(t.Context(), in{Kind: lock.Use, Lock: 1})
	require.ErrorIs(t, err, errTest)
}

func TestErrorsAreHandedOn(t *testing.T) {
	f := &fake{grants: []Grant{{Got: true}}}
	c := open(t, f, Config{})
	requireAnswer(t, c, lock.Acquire, out{Got: true})
	f.err = harness.NotApplied(errTest)
	for range 2 { // a release that failed has left the lock
		_, err := c.Do(t.Context(), in{Kind: lock.Release, Lock: 1})
		require.ErrorIs(t, err, harness.ErrNotApplied)
	}
	require.Equal(t, 2, f.released)
	f.err = errTest
	for _, kind := range []lock.Kind{lock.Release, lock.Acquire} {
		_, err := c.Do(t.Context(), in{Kind: kind, Lock: 1})
		require.ErrorIs(t, err, errTest)
		require.NotErrorIs(t, err, harness.ErrNotApplied)
	}
}

// TestAPauseEndsWithTheRun has a holder pause for ever, which some do, and then has the run end.
func TestAPauseEndsWithTheRun(t *testing.T) {
	f := &fake{grants: []Grant{{Got: true}}}
	c := open(t, f, Config{Stall: time.Hour, Seed: 1})
	requireAnswer(t, c, lock.Acquire, out{Got: true})
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errTest)
	paused := 0
	for range 1000 {
		_, err := c.Do(ctx, in{Kind: lock.Use, Lock: 1})
		if err != nil {
			require.ErrorIs(t, err, errTest)
			require.ErrorIs(t, err, harness.ErrNotApplied)
			paused++
		}
	}
	require.InDelta(t, 1000/stalls, paused, 25)
}
