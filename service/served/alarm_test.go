package served_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/workloads/rules"
	"github.com/lostupdate/stress/workloads/wallet"
)

type batch = history.Batch[wallet.Input, wallet.Output]

// alarming is a workload with an alarm of its own, or with none this time.
type alarming struct {
	*wallet.Workload
	alarm harness.Alarm[wallet.Input, wallet.Output]
}

func (w alarming) Alarm() harness.Alarm[wallet.Input, wallet.Output] { return w.alarm }

// TestAlarms holds that either the workload's own alarm or a rule beside it sees a violation, and that there is no alarm where
// there is neither.
func TestAlarms(t *testing.T) {
	tens := func(_ context.Context, b batch) bool { return b.Done[0].Input.Amount == 10 }
	floor := []rules.Rule{{Name: "floor", Each: rules.PerOperation, Holds: "amount < 500"}}
	whole := []rules.Rule{{Name: "whole", Holds: "sum(accepted.deposit, .amount) < 10"}}
	for name, c := range map[string]struct {
		own   harness.Alarm[wallet.Input, wallet.Output]
		rules []rules.Rule
		none  bool
		seen  []bool // of deposits of 1, 10 and 500
	}{
		"both":               {own: tens, rules: floor, seen: []bool{false, true, true}},
		"its own":            {own: tens, seen: []bool{false, true, false}},
		"its own, and a sum": {own: tens, rules: whole, seen: []bool{false, true, false}},
		"rules":              {rules: floor, seen: []bool{false, false, true}},
		"neither":            {none: true},
		"a sum alone":        {rules: whole, none: true},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := served.Workload[wallet.Input, wallet.Output](alarming{wallets(t, 1), c.own}, served.Extras{
				Requests: served.Requests{"deposit": "POST /in", "read": "GET /"}, Invariants: c.rules,
			})
			require.NoError(t, err)
			alarm := w.(harness.Alarmed[wallet.Input, wallet.Output]).Alarm()
			require.Equal(t, c.none, alarm == nil)
			for i, want := range c.seen {
				done := deposit(0, []int64{1, 10, 500}[i])
				require.Equal(t, want, alarm(t.Context(), batch{Done: []op{done}}), i)
			}
		})
	}
}
