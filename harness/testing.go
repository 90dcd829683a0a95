package harness

import (
	"context"
	"flag"
	"slices"
	"time"
)

// TB is the part of testing.TB that [Test] needs, so that package testing is not linked into commands. What else a test or
// a benchmark has, its deadline, its folder for artefacts, its metrics, is used where it is there.
type TB interface {
	Helper()
	Name() string
	Context() context.Context
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Test runs the workload against the target and fails the test unless the verdict is Valid. It then looks for the smallest
// run that fails in the same way, and tells of that one: the explanation, the operations that raced, and how to run it
// again. The smallest run is kept under testdata/stress, and made first next time: whether it still fails, fails now and
// then, or does no more, is said. Goroutines that the run leaves behind and panics of the target fail the test too, and so
// does a run that contended nothing; see [AllowLeaks] and [AllowVacuous].
//
// It ends in good time before the test's own deadline. With -short it makes fewer operations, and with -artifacts it leaves
// the history and the report as JSON in the test's folder. Every option can be set from outside as well, by a flag such as
// -stress.clients=4 or a variable such as STRESS_CLIENTS=4, which override what the test says; `go test -args -help` lists
// the flags.
//
// A target is set up and closed once for each run, several times for one that fails. A [Func] keeps its state, so that it
// is run once only: [Fresh] makes it anew.
func Test[I, O any](tb TB, t Target[I, O], w Workload[I, O], opts ...Option) {
	tb.Helper()
	TestEach(tb, func(context.Context) (Target[I, O], Workload[I, O], error) { return t, w, nil }, opts...)
}

// TestEach is [Test] with a target and a workload that are made for each run, as where a workload must know what the
// target holds at the start.
func TestEach[I, O any](
	tb TB, prepare func(context.Context) (Target[I, O], Workload[I, O], error), opts ...Option,
) {
	tb.Helper()
	t := &trial[I, O]{tb: tb, prepare: prepare, ctx: tb.Context(), limits: limitsOf(tb)}
	var err error
	if t.opts, t.given, err = settled(tb, opts); err == nil {
		if t.limits.left > 0 {
			t.opts = append(t.opts, within(t.limits.left))
		}
		t.cfg, err = newConfig(t.opts)
	}
	if err != nil {
		tb.Fatalf("%v", err)
		return
	}
	if len(t.cfg.contexts) > 0 {
		var end func()
		t.ctx, end = joined(t.cfg.contexts)
		defer end()
	}
	t.seed, t.files = t.cfg.seed, placeOf(tb, t.cfg)
	if t.again() {
		t.first()
	}
}

// SeedOf says what is wrong with the options of a [Test], and with what is set from outside, for who must do something before
// that. Else it gives the seed that the test will have; one that was drawn holds if the test is given it with [Seed], before its
// other options.
func SeedOf(tb TB, opts ...Option) (seed uint64, err error) {
	all, _, err := settled(tb, opts)
	if err != nil {
		return 0, err
	}
	c, err := newConfig(all)
	return c.seed, err
}

// settled gives all options of a test, and which flags and variables are among them, but the seed.
func settled(tb TB, opts []Option) (all []Option, given []string, err error) {
	more, given, err := fromOutside()
	return slices.Concat([]Option{forTesting(tb)}, opts, more), given, err
}

// forTesting sets what is other in a test than in any run.
func forTesting(tb TB) Option {
	seed := uint64(time.Now().UnixNano()) >> 8
	return func(c *config) {
		c.testing, c.seed, c.facts = true, seed, Facts{Tool: "go test", Target: tb.Name()}
		if isSet("test.short") {
			c.short, c.shrink = true, shortShrink
		}
		c.artifacts = Artifacts(tb)
	}
}

// Artifacts is the folder in which a test leaves its artefacts; "" without -artifacts, and where a test has none.
func Artifacts(tb TB) string {
	if a, ok := tb.(interface{ ArtifactDir() string }); ok && isSet("test.artifacts") {
		return a.ArtifactDir()
	}
	return ""
}

// isSet says whether a flag of package testing is set, which may not be linked.
func isSet(name string) bool {
	f := flag.Lookup(name)
	return f != nil && f.Value.String() == "true"
}
