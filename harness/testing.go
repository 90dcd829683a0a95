package harness

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lostupdate/stress/checkers"
)

// SeedVariable is the environment variable that sets the seed of [Test] where no option does.
const SeedVariable = "STRESS_SEED"

// TB is the part of testing.TB that [Test] needs, so that package testing is not linked into commands.
type TB interface {
	Helper()
	Name() string
	Context() context.Context
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Test runs the workload against the target and fails the test unless the verdict is Valid: with the explanation, the
// figures, and the line that runs the same operations again. It ends in good time before the test's own deadline.
func Test[I, O any](tb TB, t Target[I, O], w Workload[I, O], opts ...Option) {
	tb.Helper()
	seed, err := testSeed()
	if err != nil {
		tb.Fatalf("%v", err)
		return
	}
	opts = append([]Option{Seed(seed)}, opts...)
	ctx, cancel := untilDeadline(tb)
	defer cancel()
	result, err := Run(ctx, t, w, opts...)
	if err != nil {
		tb.Errorf("the run failed: %v", err)
	}
	if result == nil {
		return
	}
	text := testReport(tb, result)
	if result.Verdict.Status != checkers.Valid {
		tb.Errorf("%s", text)
		return
	}
	tb.Logf("%s", text)
}

func testSeed() (uint64, error) {
	text := os.Getenv(SeedVariable)
	if text == "" {
		return uint64(time.Now().UnixNano()) >> 8, nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s=%q is not a seed: give a number from 0 to 18446744073709551615", SeedVariable, text)
	}
	return seed, nil
}

// untilDeadline leaves a fifth of the time that the test has for the check and the report.
func untilDeadline(tb TB) (context.Context, context.CancelFunc) {
	if d, ok := tb.(interface{ Deadline() (time.Time, bool) }); ok {
		if deadline, ok := d.Deadline(); ok {
			left := time.Until(deadline)
			return context.WithDeadline(tb.Context(), deadline.Add(-left/5))
		}
	}
	return context.WithCancel(tb.Context())
}

func testReport[I, O any](tb TB, r *Result[I, O]) string {
	var b strings.Builder
	b.WriteString(r.Verdict.Text())
	if r.Interrupted != "" {
		fmt.Fprintf(&b, "%s\n", r.Interrupted)
	}
	fmt.Fprintf(&b, "%d clients, %d operations: %d ok, %d failed, %d unknown, %d retries, %.0f%% contended\n",
		r.History.Info.Clients, r.Stats.Ops, r.Stats.OK, r.Stats.Failed, r.Stats.Unknown, r.Stats.Retries,
		100*r.Stats.Contended)
	fmt.Fprintf(&b, "the same operations again: %s=%d go test -run '^%s$'",
		SeedVariable, r.History.Info.Seed, strings.ReplaceAll(tb.Name(), "/", "$/^"))
	return b.String()
}
