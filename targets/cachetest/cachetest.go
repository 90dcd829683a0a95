// Package cachetest has the tests that strategies for a cache should pass, whatever the engine.
package cachetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/cache"
)

// Strategy is one way in which a cache is kept.
type Strategy = strategy.For[*cache.Workload, cache.Input, cache.Output]

// Client is a client of a cache.
type Client = harness.Client[cache.Input, cache.Output]

// Find gives the strategy with the name, or fails the test.
func Find(t testing.TB, all []Strategy, name string) Strategy {
	t.Helper()
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no strategy %s", name)
	return Strategy{}
}

// New makes a workload of so many keys.
func New(t testing.TB, keys int) *cache.Workload {
	t.Helper()
	w, err := cache.New(cache.Config{Keys: keys})
	require.NoError(t, err)
	return w
}

// Setup makes a target of so many keys, and drops it when the test ends.
func Setup(t testing.TB, s Strategy, dsn string, keys int) harness.Target[cache.Input, cache.Output] {
	t.Helper()
	target := s.New(dsn, 1)(New(t, keys))
	t.Cleanup(func() { require.NoError(t, target.Close(context.Background())) })
	require.NoError(t, target.Setup(t.Context()))
	return target
}

// Open connects a client until the test ends.
func Open(t testing.TB, target harness.Target[cache.Input, cache.Output], number int) Client {
	t.Helper()
	c, err := target.Open(t.Context(), number)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// Do makes one operation, which must succeed.
func Do(t testing.TB, c Client, kind cache.Kind, key int32) cache.Output {
	t.Helper()
	out, err := c.Do(t.Context(), cache.Input{Kind: kind, Key: key})
	require.NoError(t, err)
	return out
}

// Sequential has two clients write and read in turn, and holds that each is told what there is. Most broken strategies pass,
// too: one after the other, they are right.
func Sequential(t *testing.T, s Strategy, dsn string) {
	t.Helper()
	target := Setup(t, s, dsn, 2)
	clients := []Client{Open(t, target, 0), Open(t, target, 1)}
	for version := range int64(4) {
		for _, c := range clients {
			require.Equal(t, version, Do(t, c, cache.Stored, 1).Version)
			require.Equal(t, version, Do(t, c, cache.Read, 1).Version)
			held := Do(t, c, cache.Cached, 1)
			require.True(t, held.Nothing || held.Version == version, "%+v", held)
		}
		require.Equal(t, version+1, Do(t, clients[version%2], cache.Write, 1).Version)
		held := Do(t, clients[0], cache.Cached, 1)
		require.True(t, held.Nothing || held.Version == version+1, "%+v", held)
	}
	require.Equal(t, cache.Output{Nothing: true}, Do(t, clients[0], cache.Cached, 0), "the other key was left alone")
	require.Zero(t, Do(t, clients[0], cache.Stored, 0).Version)
	require.NotEmpty(t, target.(harness.Versioned).Version())
}

// Held has one client make an operation on a key, holds it before its step of that name, has another make its own meanwhile,
// and lets the first go on. It gives the history, with what was found in the end.
func Held(
	t *testing.T, s Strategy, dsn string, first cache.Kind, step string, second cache.Kind,
) *harness.Result[cache.Input, cache.Output] {
	t.Helper()
	w := New(t, 1)
	r, err := harness.Run(t.Context(), s.New(dsn, 1)(w), two{w, [2]cache.Kind{first, second}},
		harness.Clients(2), harness.Ops(2), harness.WithScheduler(&holder{
			step: step, came: make(chan struct{}), done: make(chan struct{}),
		}))
	require.NoError(t, err)
	for _, op := range r.History.Ops {
		require.Equal(t, history.OK, op.Outcome, "%+v", op)
	}
	return r
}

// two has each of two clients make an operation of its kind.
type two struct {
	*cache.Workload
	kinds [2]cache.Kind
}

func (w two) Generator(client int) harness.Generator[cache.Input, cache.Output] {
	return func(*rand.Rand, *history.Op[cache.Input, cache.Output]) cache.Input {
		return cache.Input{Kind: w.kinds[client]}
	}
}

// holder holds client 0 before a step until client 1 is done, which begins when it is held, or is past it.
type holder struct {
	step       string
	came, done chan struct{}
	once       sync.Once
}

func (h *holder) arrived() { h.once.Do(func() { close(h.came) }) }

func (h *holder) Stepper(client int, _ uint64) harness.Stepper {
	if client == 0 {
		return &held{holder: h}
	}
	return &other{holder: h}
}

type held struct{ *holder }

func (*held) Start(context.Context) {}
func (*held) After(string)          {}
func (*held) Finish()               {}
func (h *held) Leave()              { h.arrived() }

func (h *held) Before(ctx context.Context, step string) error {
	if step != h.step {
		return nil
	}
	h.arrived()
	return await(ctx, h.done)
}

type other struct{ *holder }

func (o *other) Start(ctx context.Context)          { _ = await(ctx, o.came) }
func (*other) Before(context.Context, string) error { return nil }
func (*other) After(string)                         {}
func (o *other) Finish()                            { close(o.done) }
func (*other) Leave()                               {}
func await(ctx context.Context, what <-chan struct{}) error {
	select {
	case <-what:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Refused has a client make an operation of which one step is refused, as the end of its time does, and gives the operation.
func Refused(t *testing.T, s Strategy, dsn string, kind cache.Kind, step string) history.Op[cache.Input, cache.Output] {
	t.Helper()
	w := New(t, 1)
	r, err := harness.Run(t.Context(), s.New(dsn, 1)(w), two{w, [2]cache.Kind{kind, kind}},
		harness.Clients(1), harness.Ops(1), harness.WithScheduler(refusing{step}))
	require.NoError(t, err)
	require.NotEqual(t, checkers.Invalid, r.Verdict.Status, r.Verdict.Text())
	return r.History.Ops[0]
}

// refusing refuses a step.
type refusing struct{ step string }

func (r refusing) Stepper(int, uint64) harness.Stepper { return r }
func (refusing) Start(context.Context)                 {}
func (refusing) After(string)                          {}
func (refusing) Finish()                               {}
func (refusing) Leave()                                {}

func (r refusing) Before(_ context.Context, step string) error {
	if step == r.step {
		return errRefused
	}
	return nil
}

var errRefused = errors.New("refused by the test")
