package custom_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/custom"
)

// TestUntilViolation ends a run at the first operation that breaks a rule, and no run where no single operation could.
func TestUntilViolation(t *testing.T) {
	defer goleak.VerifyNone(t)
	overdrawn := func(_ context.Context, _ in) (out, error) {
		return out{Values: custom.Values{"balance": int64(-1)}}, nil
	}
	r, err := harness.Run(t.Context(), harness.Func(overdrawn), mustNew(t, nil),
		harness.Clients(2), harness.Duration(time.Hour), harness.Ops(0), harness.UntilViolation())
	require.NoError(t, err)
	require.Equal(t, checkers.Invalid, r.Verdict.Status, r.Verdict.Text())
	require.Contains(t, r.Verdict.Text(), "floor: ")
	require.Contains(t, r.Interrupted, "stopped at the first violation")

	about := func(t *custom.Type) { t.Rules = t.Rules[:1] }
	_, err = harness.Run(t.Context(), harness.Func(overdrawn), mustNew(t, about), harness.UntilViolation())
	require.ErrorIs(t, err, harness.ErrOption)
	require.ErrorContains(t, err, "until-violation: the workload custom has nothing that can be checked while it runs")
}
