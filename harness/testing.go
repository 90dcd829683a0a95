package harness

import (
	"context"
	"fmt"
	"os"
	"regexp"
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
	ctx, cancel, checkBy := untilDeadline(tb)
	defer cancel()
	opts = append([]Option{Seed(seed), func(c *config) { c.checkBy = checkBy }}, opts...)
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

// untilDeadline leaves a quarter of the time that the test has for the end of the run and the check, and a tenth for
// what comes after the check.
func untilDeadline(tb TB) (ctx context.Context, cancel context.CancelFunc, checkBy time.Time) {
	if d, ok := tb.(interface{ Deadline() (time.Time, bool) }); ok {
		if deadline, ok := d.Deadline(); ok {
			left := time.Until(deadline)
			ctx, cancel = context.WithDeadline(tb.Context(), deadline.Add(-left/4))
			return ctx, cancel, deadline.Add(-left / 10)
		}
	}
	ctx, cancel = context.WithCancel(tb.Context())
	return ctx, cancel, time.Time{}
}

func testReport[I, O any](tb TB, r *Result[I, O]) string {
	var b strings.Builder
	b.WriteString(r.Verdict.Text())
	if r.Interrupted != "" {
		fmt.Fprintf(&b, "%s\n", r.Interrupted)
	}
	if r.Orphans > 0 {
		fmt.Fprintf(&b, "%d calls of the target never returned; their goroutines still run\n", r.Orphans)
	}
	fmt.Fprintf(&b, "%d clients, %d operations: %d ok, %d failed, %d unknown, %d retries, %.0f%% contended\n",
		r.History.Info.Clients, r.Stats.Ops, r.Stats.OK, r.Stats.Failed, r.Stats.Unknown, r.Stats.Retries,
		100*r.Stats.Contended)
	fmt.Fprintf(&b, "the same operations again: %s=%d go test -run %s",
		SeedVariable, r.History.Info.Seed, onlyTest(tb.Name()))
	return b.String()
}

// onlyTest is the pattern, quoted for a shell, that chooses the test with the name.
func onlyTest(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return "'" + strings.ReplaceAll(strings.Join(parts, "/"), "'", `'\''`) + "'"
}
