package harness_test

import (
	"context"
	"math"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// TestPanicsOfTheTarget and the next one make every method panic in turn: the process lives, what was opened is closed,
// and the error says where.
func TestPanicsOfTheTarget(t *testing.T) {
	boom := func(context.Context) error { panic("boom") }
	for _, c := range []struct {
		name, text string
		fake       *fake
		result     bool
	}{
		{"Setup", "setting up the target: Setup panicked: boom", &fake{setup: boom}, false},
		{"Open", "opening client 1: Open panicked: boom", &fake{open: func(_ context.Context, client int) error {
			if client == 1 {
				panic("boom")
			}
			return nil
		}}, true},
		{"Close", "closing the target, which may have left something behind: Close panicked: boom", &fake{drop: boom}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := harness.Run(t.Context(), c.fake, &numbers{final: []int{1}}, harness.Clients(3), harness.Ops(9))
			require.ErrorContains(t, err, c.text)
			require.ErrorContains(t, err, "broken_test.go", "the stack")
			require.Equal(t, c.result, r != nil)
			c.fake.requireTidy(t)
		})
	}
}

func TestPanicsOfTheWorkload(t *testing.T) {
	for method, text := range map[string]string{
		"Info":      "asking for the version or the parameters panicked: boom in Info",
		"Generator": "the workload's Generator panicked: boom in Generator",
		"generator": "the workload panicked: boom in generator",
		"Class":     "the workload panicked: boom in Class",
		"Final":     "the workload's Final panicked: boom in Final",
	} {
		t.Run(method, func(t *testing.T) {
			f := &fake{}
			_, err := harness.Run(t.Context(), f, &numbers{panic: method}, harness.Clients(3), harness.Ops(9))
			require.ErrorContains(t, err, text)
			f.requireTidy(t)
		})
	}
}

func TestPanicOfTheCheckIsUndecided(t *testing.T) {
	r := run(t, &fake{}, &numbers{panic: "Check"})
	require.Equal(t, checkers.Undecided, r.Verdict.Status)
	require.Contains(t, r.Verdict.Reason, "boom in Check")
}

func TestPanicOfTheProgressCallback(t *testing.T) {
	f := &fake{}
	boom := func(harness.Progress) { panic("boom") }
	r, err := harness.Run(t.Context(), f, &numbers{}, harness.OnProgress(time.Hour, boom))
	require.ErrorContains(t, err, "the progress callback panicked: boom")
	require.EqualValues(t, harness.DefaultOps, r.Stats.Ops)
	f.requireTidy(t)
}

func TestPanicOfAClientsClose(t *testing.T) {
	f := &fake{shut: func(client int) error {
		if client == 1 {
			panic("boom")
		}
		return errAny // which is not looked at
	}}
	r, err := harness.Run(t.Context(), f, &numbers{}, harness.Clients(3), harness.Ops(9))
	require.ErrorContains(t, err, "closing client 1 panicked: boom")
	require.EqualValues(t, 9, r.Stats.Ops)
	require.Equal(t, 1, f.drops)
}

func TestGoexitOutsideOfOperations(t *testing.T) {
	exit := func(context.Context) error { runtime.Goexit(); return nil }
	for text, f := range map[string]*fake{
		"Open ended its goroutine":             {open: func(ctx context.Context, _ int) error { return exit(ctx) }},
		"Close ended its goroutine":            {drop: exit},
		"closing client 2 ended its goroutine": {shut: func(id int) error { return goexitAt(id, 2) }},
		"the target ended its goroutine": {do: func(_ context.Context, a asked) (float64, error) {
			return 0, goexitAt(a.in, math.MaxInt) // the final read
		}},
	} {
		t.Run(text, func(t *testing.T) {
			_, err := harness.Run(t.Context(), f, &numbers{final: []int{math.MaxInt}}, harness.Clients(3), harness.Ops(9))
			require.ErrorContains(t, err, text)
			require.Equal(t, 1, f.drops)
		})
	}
}

func goexitAt(n, at int) error {
	if n == at {
		runtime.Goexit()
	}
	return nil
}

// TestSetupMayEndTheTest runs Setup as t.FailNow would leave it.
func TestSetupMayEndTheTest(t *testing.T) {
	f := &fake{setup: func(context.Context) error { runtime.Goexit(); return nil }}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = harness.Run(context.Background(), f, &numbers{})
	}()
	<-done
	f.requireTidy(t)
}

func TestCallsThatHang(t *testing.T) {
	for _, c := range []struct {
		name, text string
		orphans    int
		fake       func(hang func()) *fake
		most       time.Duration // that the run may take
	}{
		{"a client's Close", "", 1, func(hang func()) *fake {
			return &fake{shut: func(client int) error {
				if client == 0 {
					hang()
				}
				return nil
			}}
		}, 10 * time.Second},
		{"the Close of a client that is reborn", "", 1, func(hang func()) *fake {
			f := onNth(0, func(context.Context) error { return errAny })
			f.shut = func(client int) error {
				if client == 0 {
					hang()
				}
				return nil
			}
			return f
		}, 10 * time.Second},
		{"Open", "opening client 1: Open did not return within 2s after its context was done", 1, func(hang func()) *fake {
			return &fake{open: func(_ context.Context, client int) error {
				if client == 1 {
					hang()
				}
				return nil
			}}
		}, 15 * time.Second},
		{"the target's Close", "Close did not return within 2s after its context was done", 1, func(hang func()) *fake {
			return &fake{drop: func(context.Context) error { hang(); return nil }}
		}, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				back := make(chan struct{})
				f := c.fake(func() { <-back })
				start := time.Now()
				r, err := harness.Run(t.Context(), f, &numbers{final: []int{1}}, harness.Clients(2), harness.Ops(8))
				if c.text == "" {
					require.NoError(t, err)
					require.EqualValues(t, 8, r.Stats.Ops)
				} else {
					require.ErrorContains(t, err, c.text)
				}
				require.Equal(t, c.orphans, r.Orphans)
				require.LessOrEqual(t, time.Since(start), c.most)
				close(back)
				synctest.Wait()
				f.requireTidy(t)
			})
		})
	}
}

func TestFinalReadThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		f := &fake{do: func(_ context.Context, a asked) (float64, error) {
			if a.in == -1 {
				<-back
			}
			return 0, nil
		}}
		r, err := harness.Run(t.Context(), f, &numbers{final: []int{-1, -2}}, harness.Clients(2), harness.Ops(8))
		require.NoError(t, err)
		require.Equal(t, 3, r.Orphans, "three attempts")
		require.Equal(t, 3, r.History.Count(history.Unknown))
		require.Len(t, r.History.Ops, 11, "a target that does not answer is not asked for the rest")
		close(back)
		synctest.Wait()
		f.requireTidy(t)
	})
}

// nobody opens no client and says nothing of it.
type nobody struct{ *fake }

func (nobody) Open(context.Context, int) (harness.Client[int, float64], error) { return nil, nil }

func TestOpenWithoutAClientIsAnError(t *testing.T) {
	f := nobody{&fake{}}
	_, err := harness.Run(t.Context(), f, &numbers{})
	require.ErrorContains(t, err, "Open gave neither a client nor an error")
	f.requireTidy(t)
}
