// Package cellstest has the tests that a new engine's strategies should pass, whatever the engine.
package cellstest

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/wallet"
)

// Find gives the strategy with the name, or fails the test.
func Find(t testing.TB, all []cells.Strategy, name string) cells.Strategy {
	t.Helper()
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no strategy %s", name)
	return cells.Strategy{}
}

// Setup makes cells with the values given, and drops them when the test ends.
func Setup(t testing.TB, s cells.Store, initial ...int64) {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	require.NoError(t, s.Setup(t.Context(), initial))
}

// Open connects a client until the test ends.
func Open(t testing.TB, s cells.Store, client int) cells.Session {
	t.Helper()
	session, err := s.Open(t.Context(), client)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, session.Close()) })
	return session
}

// Sequential has one client make changes of the kinds that the strategy serves, and compares what it says and leaves
// with a slice of numbers. Broken strategies pass too: alone, a client loses nothing.
func Sequential(t *testing.T, strategy cells.Strategy, dsn string, changes int) {
	t.Helper()
	model := []int64{100, 50, 0}
	store := strategy.New(dsn, 1)
	Setup(t, store, model...)
	session := Open(t, store, 0)
	r := rand.New(rand.NewPCG(1, 2))
	for range changes {
		c := random(r, strategy, len(model))
		e, err := session.Apply(t.Context(), c)
		require.NoError(t, err, "%+v", c)
		requireEffect(t, c, e, model)
		read, err := session.Read(t.Context(), c.Key)
		require.NoError(t, err)
		require.Equal(t, model[c.Key], read, "%+v", c)
	}
	if strategy.Serves(cells.WalletWorkload) {
		all, err := session.ReadAll(t.Context())
		require.NoError(t, err)
		require.Equal(t, model, all)
	}
}

// requireEffect carries the change out on the model too.
func requireEffect(t *testing.T, c cells.Change, e cells.Effect, model []int64) {
	t.Helper()
	var before cells.Pair
	for i := range c.Cells() {
		before[i] = model[c.Cell(i)]
	}
	want := c.Saw(before)
	require.Equal(t, want.Applied, e.Applied, "%+v on %v", c, before)
	if e.Seen {
		require.Equal(t, want, e, "%+v on %v", c, before)
	}
	for i := range c.Cells() {
		model[c.Cell(i)] = want.After[i]
	}
}

// random makes a change of a kind that the strategy serves, small enough for floors and comparisons to matter.
func random(r *rand.Rand, s cells.Strategy, n int) cells.Change {
	c := cells.Change{Key: r.IntN(n), Delta: r.Int64N(80) - 30, Old: r.Int64N(3), New: r.Int64N(3)}
	kinds := []cells.Kind{}
	if s.Serves(cells.CounterWorkload) {
		kinds = append(kinds, cells.Add)
	}
	if s.Serves(cells.RegisterWorkload) {
		kinds = append(kinds, cells.Set, cells.CompareAndSet)
	}
	if s.Serves(cells.WalletWorkload) {
		kinds = append(kinds, cells.Add, cells.Move)
		c.Floor = r.IntN(2) == 0
	}
	if c.Kind = kinds[r.IntN(len(kinds))]; c.Kind == cells.Move {
		c.To, c.Delta = (c.Key+1)%n, 1+r.Int64N(60)
	}
	return c
}

// Lost has clients each make so many increments of one cell, with no harness around them, and gives how many of those
// that were acknowledged are missing in the end.
func Lost(t *testing.T, strategy cells.Strategy, dsn string, clients, increments int) int64 {
	t.Helper()
	store := strategy.New(dsn, 1)
	Setup(t, store, 0)
	var g errgroup.Group
	var acknowledged atomic.Int64
	for id := range clients {
		session := Open(t, store, id)
		g.Go(func() error {
			for range increments {
				_, err := session.Apply(t.Context(), cells.Change{Kind: cells.Add, Delta: 1})
				switch {
				case err == nil:
					acknowledged.Add(1)
				case !strategy.Refuses || !errors.Is(err, harness.ErrNotApplied):
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	left, err := Open(t, store, clients).Read(t.Context(), 0)
	require.NoError(t, err)
	return acknowledged.Load() - left
}

// Verdicts runs the strategy under the harness with each workload that it serves, and requires what it says of itself:
// a correct one is valid, a broken one shows its anomaly.
func Verdicts(t *testing.T, strategy cells.Strategy, dsn string, opts ...harness.Option) {
	t.Helper()
	for _, w := range []string{cells.CounterWorkload, cells.RegisterWorkload, cells.WalletWorkload} {
		if strategy.Serves(w) {
			t.Run(w, func(t *testing.T) {
				v, _ := Run(t, strategy, dsn, w, opts...)
				RequireVerdict(t, strategy.Shows[w], v)
			})
		}
	}
}

// RequireVerdict requires that the verdict has the anomaly, or is valid if there is none to have.
func RequireVerdict(t testing.TB, anomaly string, v checkers.Verdict) {
	t.Helper()
	if anomaly == "" {
		require.Equal(t, checkers.Valid, v.Status, "%s", v.Text())
		return
	}
	require.Equal(t, checkers.Invalid, v.Status, "%s", v.Text())
	require.True(t, slices.ContainsFunc(v.Anomalies, func(a checkers.Anomaly) bool { return a.Name == anomaly }),
		"it does not show %s but:\n%s", anomaly, v.Text())
}

// Run runs the strategy under the harness: one counter, one register, or four wallets of 1,000.
func Run(
	t testing.TB, strategy cells.Strategy, dsn, workload string, opts ...harness.Option,
) (checkers.Verdict, harness.Stats) {
	t.Helper()
	store := strategy.New(dsn, 1)
	switch workload {
	case cells.CounterWorkload:
		w, err := counter.New(counter.Config{Reads: -1})
		require.NoError(t, err)
		return run(t, cells.Counter(store, 1), w, opts)
	case cells.RegisterWorkload:
		w, err := register.New(register.Config{Reads: -1, Writes: -1})
		require.NoError(t, err)
		return run(t, cells.Register(store, 1), w, opts)
	default:
		w, err := wallet.New(wallet.Config{})
		require.NoError(t, err)
		return run(t, cells.Wallet(store, w.Initial()), w, opts)
	}
}

func run[I, O any](
	t testing.TB, target harness.Target[I, O], w harness.Workload[I, O], opts []harness.Option,
) (checkers.Verdict, harness.Stats) {
	t.Helper()
	r, err := harness.Run(t.Context(), target, w, opts...)
	require.NoError(t, err)
	t.Logf("%d ok, %d failed, %d unknown, %d retries in %v", r.Stats.OK, r.Stats.Failed, r.Stats.Unknown, r.Stats.Retries,
		r.Stats.Elapsed)
	return r.Verdict, r.Stats
}
