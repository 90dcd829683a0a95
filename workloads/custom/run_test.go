package custom_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/workloads/custom"
)

// bank keeps points in memory. If it forgets, no spend is written down, though it is acknowledged.
type bank struct {
	mu       sync.Mutex
	balances map[int32]int64
	forgets  bool
}

func newBank(forgets bool) *bank {
	return &bank{balances: map[int32]int64{0: 1000, 1: 1000, 2: 1000}, forgets: forgets}
}

func (b *bank) do(_ context.Context, i in) (out, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	amount := i.Args.Map()["amount"]
	switch balance := b.balances[i.Key]; i.Op {
	case "earn":
		b.balances[i.Key] += amount
	case "spend":
		if balance < amount {
			return out{Refused: true}, nil
		}
		if !b.forgets {
			b.balances[i.Key] -= amount
		}
		return out{Values: custom.Values{"balance": balance - amount}}, nil
	case "total":
		return out{Values: custom.Values{"sum": b.balances[0] + b.balances[1] + b.balances[2]}}, nil
	default:
		return out{Values: custom.Values{"balance": balance}}, nil
	}
	return out{}, nil
}

// TestRun runs the type against a bank, and checks the file of the run again by what is in its head.
func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	w := mustNew(t, func(t *custom.Type) { t.Operations = slices.Delete(t.Operations, 3, 4) })
	for _, c := range []struct {
		forgets bool
		want    checkers.Status
	}{{false, checkers.Valid}, {true, checkers.Invalid}} {
		path := filepath.Join(t.TempDir(), "history")
		r, err := harness.Run(t.Context(), harness.Func(newBank(c.forgets).do), w,
			harness.Clients(4), harness.Ops(400), harness.Seed(1), harness.HistoryFile(path), harness.AllowVacuous())
		require.NoError(t, err)
		require.Equal(t, c.want, r.Verdict.Status, r.Verdict.Text())

		h, err := file.Read[in, out](path)
		require.NoError(t, err)
		require.Equal(t, "custom", h.Info.Workload)
		again, err := custom.FromParams(h.Info.Params)
		require.NoError(t, err)
		require.Equal(t, r.Verdict, again.Check(t.Context(), h))
		if c.want == checkers.Invalid {
			require.Equal(t, checkers.LostUpdate, r.Verdict.Anomalies[0].Name)
			require.Contains(t, r.Verdict.Anomalies[0].Message, "sum(final.read, .balance) == keys*initial + sum(accepted.earn, .amount)"+
				" - sum(accepted.spend, .amount) does not hold: left is ")
		}
	}
}
