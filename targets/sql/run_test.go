package sql

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/wallet"
)

// TestVerdicts runs every strategy under the harness with every workload that it serves: the correct ones must be
// valid, the broken ones must show their anomaly.
func TestVerdicts(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ Dialect, s cells.Strategy, dsn string) {
		for _, w := range []string{cells.CounterWorkload, cells.RegisterWorkload, cells.WalletWorkload} {
			if s.Serves(w) {
				t.Run(w, func(t *testing.T) { requireVerdict(t, s.Shows[w], run(t, w, s.New(dsn, 1))) })
			}
		}
	})
}

func requireVerdict(t *testing.T, anomaly string, v checkers.Verdict) {
	t.Helper()
	if anomaly == "" {
		require.Equal(t, checkers.Valid, v.Status, "%+v", v)
		return
	}
	var names []string
	for _, a := range v.Anomalies {
		names = append(names, a.Name)
	}
	require.Contains(t, names, anomaly, "%+v", v)
}

// run runs a store of few cells, under enough operations for a broken strategy to show what it does.
func run(t *testing.T, workload string, st cells.Store) checkers.Verdict {
	switch workload {
	case cells.CounterWorkload:
		w, err := counter.New(counter.Config{Reads: -1})
		require.NoError(t, err)
		return runOn(t, cells.Counter(st, 1), w)
	case cells.RegisterWorkload:
		w, err := register.New(register.Config{Reads: -1, Writes: -1})
		require.NoError(t, err)
		return runOn(t, cells.Register(st, 1), w)
	default:
		w, err := wallet.New(wallet.Config{Initial: 200})
		require.NoError(t, err)
		return runOn(t, cells.Wallet(st, w.Initial()), w)
	}
}

func runOn[I, O any](t *testing.T, target harness.Target[I, O], w harness.Workload[I, O]) checkers.Verdict {
	r, err := harness.Run(context.Background(), target, w, harness.Clients(8), harness.Ops(600), harness.Seed(7))
	require.NoError(t, err)
	t.Logf("%+v", r.Stats)
	return r.Verdict
}
