// Package targettest has the tests that an engine's strategies for one workload should pass, whatever the engine: those for
// quotas and for doctors on call.
package targettest

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/strategy"
)

// Find gives the strategy with the name, or fails the test.
func Find[S any](t testing.TB, all []strategy.Of[S], name string) strategy.Of[S] {
	t.Helper()
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no strategy %s", name)
	return strategy.Of[S]{}
}

// Names requires that strategies have names of their own, and summaries.
func Names[S any](t *testing.T, all []strategy.Of[S]) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range all {
		assert.False(t, seen[s.Name], "%s twice", s.Name)
		seen[s.Name] = true
		assert.NotEmpty(t, s.Summary, s.Name)
		assert.True(t, s.Correct() || !s.Refuses, "%s: Refuses is for correct ones", s.Name)
	}
}

// Setup sets a target up, and closes it when the test ends.
func Setup[I, O any](t testing.TB, target harness.Target[I, O]) {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, target.Close(context.Background())) })
	require.NoError(t, target.Setup(t.Context()))
	require.NotEmpty(t, target.(harness.Versioned).Version())
}

// Open connects a client until the test ends.
func Open[I, O any](t testing.TB, target harness.Target[I, O], number int) harness.Client[I, O] {
	t.Helper()
	c, err := target.Open(t.Context(), number)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// Asked is what was asked in turn, and what must be answered.
type Asked[I, O any] struct {
	In  I
	Out O
}

// InTurn has two clients take turns, and requires the answers. Broken strategies pass too, one after the other.
func InTurn[I, O any](t *testing.T, target harness.Target[I, O], all []Asked[I, O]) {
	t.Helper()
	Setup(t, target)
	clients := []harness.Client[I, O]{Open(t, target, 0), Open(t, target, 1)}
	for i, a := range all {
		out, err := clients[i%2].Do(t.Context(), a.In)
		require.NoError(t, err)
		require.Equal(t, a.Out, out, "#%d: %+v", i, a.In)
	}
}

// Shows runs a strategy under the harness, and requires what it says of itself: a correct one is valid, a broken one shows
// its anomaly.
func Shows[W harness.Workload[I, O], I, O any](t *testing.T, s strategy.For[W, I, O], dsn string, w W) {
	t.Helper()
	r, err := harness.Run(t.Context(), s.New(dsn, 1)(w), w, harness.Seed(1), harness.Clients(8), harness.Ops(max(400, s.Ops)))
	require.NoError(t, err)
	if s.Correct() {
		require.Equal(t, checkers.Valid, r.Verdict.Status, r.Verdict.Text())
		return
	}
	name, _ := w.Info()
	require.Equal(t, checkers.Invalid, r.Verdict.Status, r.Verdict.Text())
	require.True(t, slices.ContainsFunc(r.Verdict.Anomalies, func(a checkers.Anomaly) bool { return a.Name == s.Shows[name] }),
		r.Verdict.Text())
}

// AtOnce has clients make all operations of their generators at once, with nothing that holds them, and requires that the
// workload finds nothing wrong.
func AtOnce[W harness.Workload[I, O], I, O any](t *testing.T, s strategy.For[W, I, O], dsn string, w W) {
	t.Helper()
	r, err := harness.Run(t.Context(), s.New(dsn, 1)(w), w, harness.Clients(8), harness.Ops(2000), harness.WithScheduler(nil))
	require.NoError(t, err)
	require.NotEqual(t, checkers.Invalid, r.Verdict.Status, r.Verdict.Text())
}
