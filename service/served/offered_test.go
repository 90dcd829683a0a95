package served_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/rules"
	"github.com/lostupdate/stress/workloads/wallet"
)

type (
	op       = history.Op[wallet.Input, wallet.Output]
	workload = harness.Workload[wallet.Input, wallet.Output]
)

func wallets(t *testing.T, n int) *wallet.Workload {
	t.Helper()
	own, err := wallet.New(wallet.Config{Keys: workloads.Keys{N: n}})
	require.NoError(t, err)
	return own
}

func offered(t *testing.T, n int, x served.Extras) workload {
	t.Helper()
	w, err := served.Workload[wallet.Input, wallet.Output](wallets(t, n), x)
	require.NoError(t, err)
	return w
}

func drawn(w workload, n int) []wallet.Input {
	r, next := rand.New(rand.NewPCG(1, 2)), w.Generator(0)
	all := make([]wallet.Input, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

// TestOnlyWhatThereIs holds that a service is asked for nothing that it has not, and that the seed still says for what.
func TestOnlyWhatThereIs(t *testing.T) {
	requests := served.Requests{"deduct": "POST /deduct", "read": "GET /"}
	w := offered(t, 3, served.Extras{Requests: requests})
	kinds := map[string]int{}
	for _, in := range drawn(w, 1000) {
		kinds[in.Kind.String()]++
	}
	require.Len(t, kinds, 2)
	require.Greater(t, kinds["deduct"], kinds["read"], "as often as the workload has it")
	require.Positive(t, kinds["read"])
	first := drawn(w, 100)
	require.Equal(t, first, drawn(w, 100))
	require.Len(t, w.Final(), 3, "a read of each, and none of all")
	requests["read-all"] = "GET /all"
	require.Len(t, offered(t, 3, served.Extras{Requests: requests}).Final(), 4)
}

// TestWithoutExtras holds that a workload of which nothing is said is the same.
func TestWithoutExtras(t *testing.T) {
	own := wallets(t, 1)
	w, err := served.Workload[wallet.Input, wallet.Output](own, served.Extras{})
	require.NoError(t, err)
	require.Equal(t, workload(own), w)
}

// TestFrom holds that the extras are in the head of a history, and come back from its JSON.
func TestFrom(t *testing.T) {
	x := served.Extras{
		Requests: served.Requests{"deduct": "POST /{run}/deduct", "read": "GET /"},
		Invariants: []rules.Rule{
			{Name: "floor", Each: rules.PerOperation, Holds: "balance >= 0", Anomaly: checkers.Overdraft},
			{Name: "large", Holds: "sum(final.read, .balance) < 9223372036854775807"},
		},
	}
	own := wallets(t, 2)
	w, err := served.Workload[wallet.Input, wallet.Output](own, x)
	require.NoError(t, err)
	name, params := w.Info()
	require.Equal(t, wallet.Name, name)
	text, err := json.Marshal(params)
	require.NoError(t, err)
	var again map[string]any
	require.NoError(t, json.Unmarshal(text, &again))
	require.EqualValues(t, 1000, again["initial"], "the workload's own are still there")
	from, err := served.From(again)
	require.NoError(t, err)
	require.Equal(t, x, from)
	_, params = own.Info()
	require.NotContains(t, params, "requests", "the workload's own are as they were")
	none, err := served.From(params)
	require.NoError(t, err)
	require.Empty(t, none)
	for _, text := range []string{`[{"name":"r","hods":"true"}]`, `{`, ``} {
		_, err = served.From(map[string]any{"invariants": text})
		require.ErrorContains(t, err, "the head's parameter invariants: ", text)
	}
}

func deposit(client int32, amount int64) op {
	return op{Client: client, Input: wallet.Input{Kind: wallet.Deposit, Amount: amount}}
}

// ended puts operations one after the other, and a final read of what is left behind them.
func ended(balance int64, ops ...op) *history.History[wallet.Input, wallet.Output] {
	ops = append(ops, op{
		Input: wallet.Input{Kind: wallet.Read}, Output: wallet.Output{Balance: balance}, Phase: history.Final, Client: 9,
	})
	for i := range ops {
		ops[i].Call, ops[i].Return = time.Duration(2*i), time.Duration(2*i+1)
	}
	return &history.History[wallet.Input, wallet.Output]{Ops: ops}
}

// TestThrough holds that an anomaly names what changed something, of its own operations or else of all, once each and in order.
func TestThrough(t *testing.T) {
	w := offered(t, 1, served.Extras{Requests: served.Requests{
		"deposit": "POST /in", "deduct": "POST /out", "transfer": "POST /move", "read": "GET /",
	}})
	out := op{Input: wallet.Input{Kind: wallet.Deduct, Amount: 300}}
	v := w.Check(t.Context(), ended(1500, out, deposit(1, 500), deposit(2, 1), out))
	require.Equal(t, checkers.Invalid, v.Status)
	for _, a := range v.Anomalies {
		require.Equal(t, []string{"POST /in", "POST /out"}, a.Through, "no read, and no transfer, which nobody asked for")
	}
	require.Empty(t, w.Check(t.Context(), ended(900, out, deposit(1, 500), out)).Anomalies)
}

// TestBothAreChecked holds that invariants add to what a workload finds itself, and hide nothing of it.
func TestBothAreChecked(t *testing.T) {
	requests := served.Requests{"deposit": "POST /in", "read": "GET /"}
	check := func(holds string, balance int64) checkers.Verdict {
		w := offered(t, 1, served.Extras{Requests: requests, Invariants: []rules.Rule{{Name: "own", Holds: holds}}})
		return w.Check(t.Context(), ended(balance, deposit(0, 500)))
	}
	names := func(v checkers.Verdict) (all []string) {
		for _, a := range v.Anomalies {
			all = append(all, a.Name)
		}
		return all
	}
	require.Equal(t, checkers.Valid, check("sum(final.read, .balance) == initial + sum(accepted.deposit, .amount)", 1500).Status)
	require.Equal(t, []string{checkers.BrokenInvariant}, names(check("sum(final.read, .balance) < 1500", 1500)))
	require.Equal(t, []string{checkers.LostUpdate}, names(check("sum(final.read, .balance) < 1500", 1000)))
	require.ElementsMatch(t, []string{checkers.LostUpdate, checkers.BrokenInvariant},
		names(check("sum(final.read, .balance) < 0", 1000)))
	v := check("1 / (keys - 1) == len(accepted.deposit)", 1000)
	require.Equal(t, []string{checkers.LostUpdate}, names(v), "a rule that can't be evaluated hides no lost update")
	v = check("1 / (keys - 1) == len(accepted.deposit)", 1500)
	require.Equal(t, checkers.Undecided, v.Status)
	require.Contains(t, v.Reason, "rule own: ")
}

// TestInvariantErrors holds what a rule beside a workload can't speak of.
func TestInvariantErrors(t *testing.T) {
	for holds, want := range map[string]string{
		"len(accepted.transfer) == 0":      "transfer",
		"len(final.deposit) == 0":          "deposit is not made after everybody has stopped",
		"sum(accepted.deposit, .amonut)>0": "did you mean amount?",
		"sum(final.read, .balance)":        "it must be true or false",
		"limit == 5":                       "unknown name limit",
	} {
		_, err := served.Workload[wallet.Input, wallet.Output](wallets(t, 1), served.Extras{
			Requests: served.Requests{"deposit": "POST /in", "read": "GET /"}, Invariants: []rules.Rule{{Name: "own", Holds: holds}},
		})
		require.ErrorContains(t, err, "rule own: ", holds)
		require.ErrorContains(t, err, want, holds)
	}
}

// TestObjects holds that objects keep their names, and that what can be checked while a run goes on still can.
func TestObjects(t *testing.T) {
	w := offered(t, 1, served.Extras{Requests: served.Requests{"read": "GET /"}})
	require.Equal(t, "wallet 0", w.(harness.ObjectNamer).Object(0))
	own, err := counter.New(counter.Config{})
	require.NoError(t, err)
	_, streams := harness.Workload[counter.Input, counter.Output](own).(harness.Streamer[counter.Input, counter.Output])
	c, err := served.Workload[counter.Input, counter.Output](own, served.Extras{Requests: served.Requests{"add": "POST /"}})
	require.NoError(t, err)
	_, still := c.(harness.Streamer[counter.Input, counter.Output])
	require.Equal(t, streams, still)
}
