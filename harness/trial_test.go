package harness_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/counter"
)

// racy is a service that loses updates, unless it was repaired; it counts how often it was set up.
type racy struct {
	repaired atomic.Bool
	setups   atomic.Int32
}

func (r *racy) target() harness.Target[counter.Input, counter.Output] {
	return harness.Fresh(func(context.Context) (func(context.Context, counter.Input) (counter.Output, error), error) {
		r.setups.Add(1)
		v := &visits{}
		var mu sync.Mutex
		return func(ctx context.Context, in counter.Input) (counter.Output, error) {
			if r.repaired.Load() {
				return harness.Step(ctx, "both", func(ctx context.Context) (counter.Output, error) {
					mu.Lock()
					defer mu.Unlock()
					return v.Do(context.WithoutCancel(ctx), in)
				})
			}
			return v.Do(ctx, in)
		}, nil
	})
}

func (t *tb) count(target harness.Target[counter.Input, counter.Output], opts ...harness.Option) {
	harness.Test(t, target, newVisits(), append(opts, harness.Cases(t.cases))...)
}

func TestAFailureIsMadeSmall(t *testing.T) {
	fake, service := newTB(t), &racy{}
	fake.count(service.target(), harness.Clients(6), harness.Ops(600))
	require.Len(t, fake.errors, 1)
	for _, want := range []string{
		"INVALID\nlost-update: counter 0: client ", "both read 0; both wrote 1", "\n2 clients, 2 operations: 2 ok",
		" of 10 tries, in lockstep; first seen with 6 clients and 600 operations",
		"client 0", "client 1", "add 1 to counter 0", " → 1\n",
	} {
		require.Contains(t, fake.errors[0], want)
	}
}

func TestAFailureIsMadeFirstNextTime(t *testing.T) {
	fake, service := newTB(t), &racy{}
	fake.count(service.target())
	file := filepath.Join(fake.cases, "TestMine", "lost-update.json")
	require.FileExists(t, file)
	require.Contains(t, fake.errors[0], "kept in "+file+", which is run first from now on")

	before := service.setups.Load()
	fake.count(service.target())
	require.Equal(t, before+3, service.setups.Load(), "it failed three times of three, and nothing else was run")
	require.Contains(t, fake.errors[1], "failed before, and fails again: reproduced 3 of 3 ("+file+")")
	require.Contains(t, fake.errors[1], "\n2 clients, 2 operations: 2 ok")

	service.repaired.Store(true)
	fake.count(service.target())
	require.Len(t, fake.errors, 2)
	require.Equal(t, file+": failed before, passes now: 10 of 10 tries. Remove it when you trust that.", fake.logs[0])
	require.Contains(t, fake.logs[1], "VALID\n8 clients, 1000 operations", "and then the run that the test asks for")
}

// flaky fails in the first runs of the repetition, and then does no more.
func TestAFailureIsFlaky(t *testing.T) {
	fake, service := newTB(t), &racy{}
	fake.count(service.target())
	service.repaired.Store(true)
	n := 0
	now := harness.Fresh(func(ctx context.Context) (func(context.Context, counter.Input) (counter.Output, error), error) {
		n++
		service.repaired.Store(n != 4 && n != 7)
		target := service.target()
		if err := target.Setup(ctx); err != nil {
			return nil, err
		}
		c, err := target.Open(ctx, 0)
		return func(ctx context.Context, in counter.Input) (counter.Output, error) { return c.Do(ctx, in) }, err
	})
	fake.count(now)
	require.Len(t, fake.errors, 2)
	require.Contains(t, fake.errors[1], "failed before, and is flaky: reproduced 2 of 10")
}

func TestCasesThatAreWrong(t *testing.T) {
	good := map[string]any{
		"stress": 1, "test": "TestMine", "workload": "counter", "anomaly": "lost-update", "message": "m", "clients": 2, "ops": 2,
		"seed": 1, "schedule": "lockstep", "failed": 3, "tries": 3,
	}
	for name, c := range map[string]struct {
		change map[string]any
		want   string
	}{
		"another version":  {map[string]any{"stress": 2}, "of version 2"},
		"another workload": {map[string]any{"workload": "wallet"}, "is of the workload wallet, and this test's is counter"},
		"a strange field":  {map[string]any{"sed": 1}, `unknown field "sed"`},
		"no clients":       {map[string]any{"clients": 0}, "0 clients and 2 operations make no run"},
		"no schedule":      {map[string]any{"schedule": "sorted"}, `there is no schedule "sorted"`},
	} {
		t.Run(name, func(t *testing.T) {
			fake, service := newTB(t), &racy{}
			service.repaired.Store(true)
			content := map[string]any{}
			for _, from := range []map[string]any{good, c.change} {
				for k, v := range from {
					content[k] = v
				}
			}
			text, err := json.Marshal(content)
			require.NoError(t, err)
			file := filepath.Join(fake.cases, "TestMine", "lost-update.json")
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, text, 0o600))
			fake.count(service.target())
			require.Len(t, fake.ends, 1)
			require.Contains(t, fake.ends[0], c.want)
			require.Contains(t, fake.ends[0], file)
			require.Empty(t, fake.logs)
		})
	}
}

func TestAFunctionIsRunOnce(t *testing.T) {
	fake := newTB(t)
	fake.count(harness.Func(new(visits).Do))
	require.Contains(t, fake.errors[0], "not made smaller: a function keeps its state: with harness.Fresh it could be run again")
	entries, err := os.ReadDir(fake.cases)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestATargetThatCanNotBeSetUpAgain(t *testing.T) {
	fake, n := newTB(t), 0
	fake.count(harness.Fresh(func(context.Context) (func(context.Context, counter.Input) (counter.Output, error), error) {
		if n++; n > 1 {
			return nil, errAny
		}
		return new(visits).Do, nil
	}))
	require.Contains(t, fake.errors[0], "INVALID")
	require.Contains(t, fake.errors[0], "not made smaller: it could not be run again: setting up the target: something went wrong")
}

func TestNothingIsMadeSmallIfNobodyWants(t *testing.T) {
	fake, service := newTB(t), &racy{}
	fake.count(service.target(), harness.Shrink(0))
	require.Contains(t, fake.errors[0], "\n8 clients, 1000 operations")
	require.NotContains(t, fake.errors[0], "small")
	require.EqualValues(t, 1, service.setups.Load())
}

func TestOptionsForTestsAreRefusedElsewhere(t *testing.T) {
	for _, o := range []harness.Option{
		harness.Shrink(0), harness.Tries(1, 2), harness.Cases("x"), harness.AllowLeaks(),
	} {
		_, err := harness.Run(t.Context(), &fake{}, &numbers{}, o)
		require.ErrorIs(t, err, harness.ErrOption)
		require.ErrorContains(t, err, "is for Test, and would be ignored")
	}
}

func TestLeaksAreFound(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	leaky := func() harness.Target[counter.Input, counter.Output] {
		var once sync.Once
		return harness.Func(func(context.Context, counter.Input) (counter.Output, error) {
			once.Do(func() { go leak(stop) })
			return counter.Output{}, nil
		})
	}
	fake := newTB(t)
	fake.count(leaky(), harness.AllowVacuous(), harness.Ops(4))
	require.Contains(t, fake.errors[0], "1 goroutine left behind")
	require.Contains(t, fake.errors[0], "harness_test.leak")

	for _, allow := range []harness.Option{
		harness.AllowLeaks(), harness.AllowLeaks(goleak.IgnoreTopFunction("github.com/lostupdate/stress/harness_test.leak")),
	} {
		fake := newTB(t)
		fake.count(leaky(), harness.AllowVacuous(), harness.Ops(4), allow)
		// Four operations may contend or not, so there may be an error of another kind, or none.
		require.NotContains(t, strings.Join(fake.errors, "\n"), "left behind")
	}
}

func leak(stop <-chan struct{}) { <-stop }

// Goroutines of a test that runs beside it are nobody's leak.
func TestLeaksOfOthersAreNotFound(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	started := make(chan struct{})
	fake, service := newTB(t), &racy{}
	service.repaired.Store(true)
	go func() {
		for range 10 {
			go leak(stop)
			runtime.Gosched()
		}
		close(started)
	}()
	fake.count(service.target())
	<-started
	require.Empty(t, fake.errors)
}

func TestPanicsFailTheTest(t *testing.T) {
	fake := newTB(t)
	fake.count(onceIn(7, func() { panic("out of stock") }))
	require.Contains(t, fake.errors[0], "operations the target panicked: out of stock\n    ")
	require.Contains(t, fake.errors[0], "trial_test.go:")

	fake = newTB(t)
	fake.count(onceIn(7, runtime.Goexit))
	require.Contains(t, fake.errors[0], "the target ended its goroutine (runtime.Goexit, as t.FailNow and t.Fatal do)")
}

// onceIn is a right target that does something else once in so many operations.
func onceIn(n int32, other func()) harness.Target[counter.Input, counter.Output] {
	var calls atomic.Int32
	var value atomic.Int64
	return harness.Func(func(ctx context.Context, in counter.Input) (counter.Output, error) {
		return harness.Step(ctx, "add", func(context.Context) (counter.Output, error) {
			if calls.Add(1)%n == 0 {
				other()
			}
			return counter.Output{Value: value.Add(in.Delta)}, nil
		})
	})
}

func TestStepsWithinStepsAreOne(t *testing.T) {
	names := &namesOfSteps{}
	_, err := harness.Run(t.Context(), harness.Func(func(ctx context.Context, _ int) (float64, error) {
		return harness.Step(ctx, "outer", func(ctx context.Context) (float64, error) {
			return harness.Step(ctx, "inner", func(context.Context) (float64, error) { return 0, nil })
		})
	}), &numbers{}, harness.Clients(1), harness.Ops(3), harness.WithScheduler(names))
	require.NoError(t, err)
	require.Equal(t, []string{"outer", "outer", "outer"}, names.seen)
}

// namesOfSteps is a scheduler that writes down the steps of one client.
type namesOfSteps struct{ seen []string }

func (s *namesOfSteps) Stepper(int, uint64) harness.Stepper { return s }
func (s *namesOfSteps) Start(context.Context)               {}
func (s *namesOfSteps) After(string)                        {}
func (s *namesOfSteps) Finish()                             {}
func (s *namesOfSteps) Leave()                              {}

func (s *namesOfSteps) Before(_ context.Context, step string) error {
	s.seen = append(s.seen, step)
	return nil
}

func TestVacuousRunsFail(t *testing.T) {
	fake := newTB(t)
	fake.count(harness.Func(new(visits).Do), harness.Clients(1))
	require.Contains(t, fake.errors[0], "UNDECIDED")
	require.Contains(t, fake.errors[0], "no two clients' operations on one object overlapped")
}

func TestEndsWhenCancelled(t *testing.T) {
	fake, service := newTB(t), &racy{}
	ctx, cancel := context.WithCancel(t.Context())
	fake.ctx = ctx
	service.repaired.Store(true)
	harness.Test(fake, service.target(), newVisits(), harness.Duration(time.Hour), harness.Cases(fake.cases),
		harness.OnProgress(time.Millisecond, func(harness.Progress) { cancel() }))
	require.Contains(t, fake.errors[0], "UNDECIDED")
	require.Contains(t, fake.errors[0], "interrupted before all operations were made")
}

// What was kept of a target that could be run again says nothing of one that keeps its state.
func TestCasesOfAFunction(t *testing.T) {
	fake, service := newTB(t), &racy{}
	fake.count(service.target())
	fake.count(harness.Func(new(visits).Do))
	require.Len(t, fake.errors, 1)
	require.Contains(t, fake.ends[0], "can't be made again, since a function keeps its state: with harness.Fresh it could be "+
		"run again, or remove it")
}

// A case of another test in the same folder is none of this one's.
func TestCasesOfAnotherTest(t *testing.T) {
	fake, service := newTB(t), &racy{}
	fake.count(service.target())
	file := filepath.Join(fake.cases, "TestMine", "lost-update.json")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, bytes.ReplaceAll(text, []byte("TestMine"), []byte("TestYours")), 0o600))
	service.repaired.Store(true)
	fake.count(service.target())
	require.Equal(t, file+" is of the test TestYours, and left out", fake.logs[0])
	require.Contains(t, fake.logs[1], "VALID")
}

// A server that is down passes nothing, and repairs nothing.
func TestAServerThatIsDown(t *testing.T) {
	fake, service := newTB(t), &racy{}
	fake.count(service.target())
	down := harness.Fresh(func(context.Context) (func(context.Context, counter.Input) (counter.Output, error), error) {
		return func(_ context.Context, in counter.Input) (counter.Output, error) {
			if in.Kind == counter.Read {
				return counter.Output{}, nil
			}
			return counter.Output{}, errAny
		}, nil
	})
	fake.count(down)
	require.Contains(t, fake.logs[0], "failed before, and can't be judged now: 2 operations ended with an error, and may still be "+
		"done later: something went wrong")
	require.Contains(t, fake.errors[1], "UNDECIDED")
	require.Contains(t, fake.errors[1], "updates were OK, so that next to nothing was tested")
}

func TestWhatOneClientShowsIsNoRace(t *testing.T) {
	fake := newTB(t)
	fake.count(harness.Fresh(func(context.Context) (func(context.Context, counter.Input) (counter.Output, error), error) {
		return func(context.Context, counter.Input) (counter.Output, error) { return counter.Output{}, nil }, nil
	}))
	require.Contains(t, fake.errors[0], "one client alone is enough: no race, or Setup does not begin afresh")
	require.Contains(t, fake.errors[0], "\n1 client, ")
}

func TestWhatCanNotBeMadeSmallerIsKeptAsItIs(t *testing.T) {
	fake, service := newTB(t), &racy{}
	lined := harness.WithScheduler(harness.Lockstep(time.Minute))
	fake.count(service.target(), harness.Clients(2), harness.Ops(2), harness.Seed(1), lined) // two adds
	require.Contains(t, fake.errors[0], "no smaller run failed often enough")
	require.Contains(t, fake.errors[0], "kept in ")
	fake.count(service.target(), lined)
	require.Contains(t, fake.errors[1], "failed before, and ")

	fake = newTB(t)
	fake.count(service.target(), harness.Shrink(0), harness.Ops(100), lined)
	require.Contains(t, fake.errors[0], "kept in ")
}

// A Setup that ends the test, or panics, when the run is made again takes nothing with it.
func TestASetupThatFailsLater(t *testing.T) {
	for name, fail := range map[string]func(){"panicked: no": func() { panic("no") }, "ended its goroutine": runtime.Goexit} {
		fake, n := newTB(t), 0
		fake.count(harness.Fresh(func(context.Context) (func(context.Context, counter.Input) (counter.Output, error), error) {
			if n++; n > 1 {
				fail()
			}
			return new(visits).Do, nil
		}))
		require.Contains(t, fake.errors[0], "INVALID")
		require.Contains(t, fake.errors[0], name)
	}
}

func TestCallsInOneTestAreToldApart(t *testing.T) {
	fake, service := &ending{tb: newTB(t)}, &racy{}
	lined := harness.WithScheduler(harness.Lockstep(time.Minute))
	for range 2 {
		harness.Test(fake, service.target(), newVisits(), harness.Cases(fake.cases), harness.Shrink(0), lined)
	}
	require.FileExists(t, filepath.Join(fake.cases, "TestMine", "lost-update.json"))
	require.FileExists(t, filepath.Join(fake.cases, "TestMine-2", "lost-update.json"))
	require.Len(t, fake.ends, 1)
	fake.ends[0]()
	harness.Test(fake, service.target(), newVisits(), harness.Cases(fake.cases), harness.Shrink(0), lined)
	require.Contains(t, fake.errors[2], "failed before, and ", "the test has begun anew")
	require.Len(t, fake.ends, 2)
	fake.ends[1]() // or -count has the next one begin with a second call
}

// ending is a test that tells when it ends.
type ending struct {
	*tb
	ends []func()
}

func (t *ending) Cleanup(f func()) { t.ends = append(t.ends, f) }

// TestWhyThereIsNothingSmaller holds that a context which has ended is told of, and not a want of time.
func TestWhyThereIsNothingSmaller(t *testing.T) {
	fake, service := newTB(t), &racy{}
	ctx, cancel := context.WithCancelCause(fake.ctx)
	defer cancel(nil)
	var w harness.Workload[counter.Input, counter.Output] = checking{newVisits(), func() { cancel(errAny) }}
	harness.Test(fake, service.target(), w, harness.Cases(fake.cases), harness.WithContext(ctx), harness.Ops(100))
	require.Len(t, fake.errors, 1)
	require.Contains(t, fake.errors[0], "\nnot made smaller: something went wrong before a smaller one was found\n")
	require.EqualValues(t, 1, service.setups.Load())

	fake.errors = nil
	harness.Test(fake, service.target(), newVisits(), harness.Cases(fake.cases), harness.WithContext(ctx))
	file := filepath.Join(fake.cases, "TestMine", "lost-update.json")
	require.Equal(t, []string{
		file + ": something went wrong: it could not be made again, nor the run that the test asks for",
	}, fake.errors)
}

// checking is a workload that does something when its history is checked.
type checking struct {
	harness.Workload[counter.Input, counter.Output]
	do func()
}

func (w checking) Check(ctx context.Context, h *history.History[counter.Input, counter.Output]) checkers.Verdict {
	v := w.Workload.Check(ctx, h)
	w.do()
	return v
}
