package harness_test

import (
	"context"
	"flag"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// tb is a testing.TB that writes down what it is told.
type tb struct {
	name               string
	ctx                context.Context
	logs, errors, ends []string
	cases              string // where runs that failed are kept
}

// test is what a user's test does.
func (t *tb) test(target harness.Target[int, float64], w harness.Workload[int, float64], opts ...harness.Option) {
	harness.Test(t, target, w, append(opts, harness.Cases(t.cases))...)
}

func (t *tb) Helper()                         {}
func (t *tb) Name() string                    { return t.name }
func (t *tb) Context() context.Context        { return t.ctx }
func (t *tb) Logf(format string, args ...any) { t.logs = append(t.logs, fmt.Sprintf(format, args...)) }
func (t *tb) Errorf(format string, args ...any) {
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}
func (t *tb) Fatalf(format string, args ...any) {
	t.ends = append(t.ends, fmt.Sprintf(format, args...))
}

// limited is one that has a deadline, as testing.T does.
type limited struct {
	*tb
	deadline time.Time
}

func (t *limited) Deadline() (time.Time, bool) { return t.deadline, true }

var (
	_ harness.TB = (*testing.T)(nil)
	_ harness.TB = (*testing.B)(nil)
)

func newTB(t *testing.T) *tb {
	t.Helper()
	return &tb{name: "TestMine", ctx: t.Context(), cases: t.TempDir()}
}

func TestTestPasses(t *testing.T) {
	fake := newTB(t)
	fake.test(&fakeTwo{}, &numbers{}, harness.Clients(2), harness.Ops(4), harness.Seed(42))
	require.Empty(t, fake.errors)
	require.Empty(t, fake.ends)
	require.Len(t, fake.logs, 1)
	require.Equal(t, "VALID\n2 clients, 4 operations: 4 ok, 0 failed, 0 unknown, 0 retries, 100% contended\n"+
		"the same operations again: STRESS_SEED=42 go test -run '^TestMine$'", strings.TrimSuffix(fake.logs[0], " -race"))
}

// fakeTwo lets two clients overlap in every operation.
type fakeTwo struct{ fake }

func (f *fakeTwo) Setup(context.Context) error {
	meet := make(chan struct{})
	f.do = func(ctx context.Context, _ asked) (float64, error) {
		select {
		case meet <- struct{}{}:
		case <-meet:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
		return 0, nil
	}
	return nil
}

func TestTestFails(t *testing.T) {
	fake := newTB(t)
	fake.name = "TestMine/with_one_(or_more)_wallets'_money"
	w := &numbers{check: func(_ context.Context, h *history.History[int, float64]) checkers.Verdict {
		if len(h.Ops) < 2 || h.Ops[0].Client == h.Ops[1].Client {
			return checkers.Verdict{}
		}
		return checkers.Reject(checkers.Anomaly{
			Name: checkers.LostUpdate, Message: "700 was overwritten.", Repair: []string{"atomic"},
		})
	}}
	t.Setenv(harness.SeedVariable, "17")
	fake.test(&fakeTwo{}, w, harness.Clients(2), harness.Ops(4))
	require.Empty(t, fake.logs)
	require.Len(t, fake.errors, 1)
	require.Regexp(t, "^INVALID\nlost-update: 700 was overwritten. Not lost by: atomic.\n"+
		`(?s:   time +client 0 +client 1\n.*#0 a number\n.*#[01] → ok\n)`+
		"2 clients, 2 operations: 2 ok, 0 failed, 0 unknown, 0 retries, 100% contended\n"+
		`the smallest run that fails: \d+ of 10 tries, in lockstep; first seen with 2 clients and 4 operations; \d+ runs in \S+\n`+
		`kept in \S+/TestMine_with_one__or_more__wallets__money-[0-9a-f]{6}/lost-update.json, which is run first from now on\n`+
		`the first run again: STRESS_SEED=17 go test -run `+
		regexp.QuoteMeta(`'^TestMine$/^with_one_\(or_more\)_wallets'\''_money$'`)+`.* -stress.cases=off$`, fake.errors[0])
}

func TestTestFailsWhenUndecided(t *testing.T) {
	fake := newTB(t)
	fake.test(&fakeTwo{}, &numbers{panic: "Check"}, harness.Clients(2), harness.Ops(4))
	require.Len(t, fake.errors, 1)
	require.Contains(t, fake.errors[0], "UNDECIDED: the numbers checker panicked")
}

func TestTestTellsOfErrors(t *testing.T) {
	fake := newTB(t)
	fake.test(&fakeOf{setup: errAny}, &numbers{})
	require.Equal(t, []string{"the run failed: setting up the target: something went wrong"}, fake.errors)

	fake = newTB(t)
	fake.test(&fakeOf{drop: errAny}, &numbers{}, harness.AllowVacuous())
	require.Len(t, fake.errors, 1)
	require.Len(t, fake.logs, 1, "and of the verdict all the same")
}

type fakeOf struct {
	fake
	setup, drop error
}

func (f *fakeOf) Setup(context.Context) error { return f.setup }
func (f *fakeOf) Close(context.Context) error { return f.drop }

func TestTestSeed(t *testing.T) {
	for value, want := range map[string]string{
		"-1": "not a seed", "twelve": "not a seed", "18446744073709551616": "not a seed", "18446744073709551615": "",
	} {
		t.Setenv(harness.SeedVariable, value)
		fake := newTB(t)
		fake.test(&fakeTwo{}, &numbers{}, harness.Clients(2), harness.Ops(4))
		if want == "" {
			require.Contains(t, fake.logs[0], "STRESS_SEED="+value)
			continue
		}
		require.Empty(t, fake.logs)
		require.Len(t, fake.ends, 1)
		require.Contains(t, fake.ends[0], `STRESS_SEED="`+value+`" is `+want)
	}
	t.Setenv(harness.SeedVariable, "3")
	fake := newTB(t)
	fake.test(&fakeTwo{}, &numbers{}, harness.Clients(2), harness.Ops(4), harness.Seed(4))
	require.Contains(t, fake.logs[0], "STRESS_SEED=3", "the variable overrides the option")
}

// TestTestEndsBeforeItsDeadline has a target that never ends and a check that takes all the time it gets.
func TestTestEndsBeforeItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &limited{newTB(t), time.Now().Add(time.Minute)}
		endless := harness.Func(func(ctx context.Context, _ int) (float64, error) {
			select {
			case <-time.After(time.Second):
				return 0, nil
			case <-ctx.Done():
				return 0, context.Cause(ctx)
			}
		})
		w := &numbers{check: func(ctx context.Context, _ *history.History[int, float64]) checkers.Verdict {
			<-ctx.Done()
			return checkers.Undecide("out of time")
		}}
		start := time.Now()
		harness.Test(fake, endless, w, harness.Ops(1_000_000))
		require.Equal(t, 54*time.Second, time.Since(start))
		require.Len(t, fake.errors, 1)
		require.Contains(t, fake.errors[0], "the deadline came before all operations were made")
		require.Contains(t, fake.errors[0], "out of time")
	})
}

func TestTestTellsOfOrphans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, back := newTB(t), make(chan struct{})
		fake.test(onNth(1, func(context.Context) error { <-back; return nil }), &numbers{})
		require.Contains(t, fake.errors[0], "nothing is wrong with what was answered, but\n")
		require.Contains(t, fake.errors[0], "1 call of the target never returned")
		close(back)
	})
}

// TestTestUnderAnotherContext holds that a test whose context ends goes no further, and says why.
func TestTestUnderAnotherContext(t *testing.T) {
	fake := newTB(t)
	ctx, cancel := context.WithCancelCause(fake.ctx)
	endless := harness.Func(func(ctx context.Context, _ int) (float64, error) {
		cancel(errAny)
		<-ctx.Done()
		return 0, context.Cause(ctx)
	})
	fake.test(endless, &numbers{}, harness.WithContext(ctx), harness.Ops(1_000_000))
	require.Len(t, fake.errors, 1)
	require.Contains(t, fake.errors[0], "something went wrong before all operations were made")

	_, err := harness.Run(t.Context(), endless, &numbers{}, harness.WithContext(ctx))
	require.ErrorIs(t, err, harness.ErrOption, "a run has one")
}

// TestUsualOps holds that they are made where nothing else is said of how many, and that -short makes fewer.
func TestUsualOps(t *testing.T) {
	for _, c := range []struct {
		short bool
		opts  []harness.Option
		want  string
	}{
		{opts: []harness.Option{harness.UsualOps(300)}, want: "300 operations: "},
		{opts: []harness.Option{harness.UsualOps(0)}, want: "1000 operations: "},
		{opts: []harness.Option{harness.Ops(30), harness.UsualOps(300)}, want: "30 operations: "},
		{short: true, opts: []harness.Option{harness.UsualOps(300)}, want: "200 operations: "},
		{short: true, opts: []harness.Option{harness.UsualOps(100)}, want: "100 operations: "},
	} {
		was := flag.Lookup("test.short").Value.String()
		require.NoError(t, flag.Set("test.short", strconv.FormatBool(c.short)))
		fake := newTB(t)
		fake.test(harness.Func(func(context.Context, int) (float64, error) { return 0, nil }), &numbers{},
			append(c.opts, harness.AllowVacuous())...)
		require.NoError(t, flag.Set("test.short", was))
		require.Len(t, fake.logs, 1, fake.errors)
		require.Contains(t, fake.logs[0], c.want)
	}
	fake := newTB(t)
	fake.test(&fakeTwo{}, &numbers{}, harness.UsualOps(-1))
	require.Equal(t, []string{"invalid option: usual ops must not be negative: -1"}, fake.ends)
}

// TestTestUnderSeveralContexts holds that any ends the test, that its cause is told, and that the end of its time is told as
// such.
func TestTestUnderSeveralContexts(t *testing.T) {
	for name, end := range map[string]int{"the first": 0, "the second": 1, "the third": 2} {
		t.Run(name, func(t *testing.T) {
			fake := newTB(t)
			var opts []harness.Option
			var cancels []context.CancelCauseFunc
			for range 3 {
				ctx, cancel := context.WithCancelCause(fake.ctx)
				t.Cleanup(func() { cancel(nil) })
				opts, cancels = append(opts, harness.WithContext(ctx)), append(cancels, cancel)
			}
			fake.test(endless(func() { cancels[end](errAny) }), &numbers{}, append(opts, harness.Ops(1_000_000))...)
			require.Len(t, fake.errors, 1)
			require.Contains(t, fake.errors[0], "something went wrong before all operations were made")
		})
	}
	synctest.Test(t, func(t *testing.T) {
		fake := newTB(t)
		short, cancel := context.WithTimeout(fake.ctx, time.Minute)
		defer cancel()
		began := time.Now()
		fake.test(endless(func() { pass(time.Second) }), &numbers{}, harness.WithContext(short), harness.WithContext(fake.ctx),
			harness.Duration(time.Hour))
		require.Contains(t, append(fake.errors, fake.logs...)[0], "the deadline came before all operations were made")
		require.Less(t, time.Since(began), 2*time.Minute)
	})
}

// endless does something, and then what the end of its context ends.
func endless(do func()) harness.Target[int, float64] {
	return harness.Func(func(ctx context.Context, _ int) (float64, error) {
		do()
		return 0, context.Cause(ctx)
	})
}

// TestFree holds that no schedule goes with what needs none, wherever it comes from.
func TestFree(t *testing.T) {
	test := func(opts ...harness.Option) *tb {
		fake := newTB(t)
		fake.test(&fakeTwo{}, &numbers{}, append(opts, harness.Clients(2), harness.Ops(4))...)
		return fake
	}
	free := harness.Free("the tide")
	const want = "invalid option: a schedule (%s) is of no use beside the tide: leave one of them out"
	require.Equal(t, []string{fmt.Sprintf(want, "the test's own")}, test(free, harness.WithScheduler(harness.Perturb())).ends)
	require.Empty(t, test(free, harness.WithScheduler(nil)).ends)
	require.Empty(t, test(free).ends)
	t.Setenv("STRESS_SCHEDULE", "perturb")
	require.Equal(t, []string{fmt.Sprintf(want, "perturb")}, test(free).ends)
	t.Setenv("STRESS_SCHEDULE", "free")
	require.Empty(t, test(free).ends)
}

// TestSeedOf holds that it is the seed which the test has.
func TestSeedOf(t *testing.T) {
	fake := newTB(t)
	seed, err := harness.SeedOf(fake, harness.Seed(5))
	require.NoError(t, err)
	require.EqualValues(t, 5, seed)
	drawn, err := harness.SeedOf(fake)
	require.NoError(t, err)
	fake.test(&fakeTwo{}, &numbers{}, harness.Seed(drawn), harness.Clients(2), harness.Ops(4))
	require.Contains(t, fake.logs[0], fmt.Sprintf("STRESS_SEED=%d ", drawn))
	t.Setenv(harness.SeedVariable, "17")
	seed, err = harness.SeedOf(fake, harness.Seed(5))
	require.NoError(t, err)
	require.EqualValues(t, 17, seed, "the variable overrides the option")
	_, err = harness.SeedOf(fake, harness.Clients(0), harness.WithContext(t.Context()))
	require.EqualError(t, err, "invalid option: clients must be 1 to 100000, not 0")
	t.Setenv("STRESS_CLINTS", "1")
	_, err = harness.SeedOf(fake)
	require.ErrorContains(t, err, "did you mean STRESS_CLIENTS?")
}
