package served_test

import (
	"testing"

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

// TestInvariantsBesideAWorkload holds that a rule about balances is broken by one that was told, and not by one that was not.
func TestInvariantsBesideAWorkload(t *testing.T) {
	own, err := wallet.New(wallet.Config{Keys: workloads.Keys{N: 1}})
	require.NoError(t, err)
	w, err := served.Workload[wallet.Input, wallet.Output](own, served.Extras{
		Requests:   served.Requests{"deduct": "POST /deduct", "read": "GET /balance"},
		Invariants: []rules.Rule{{Name: "reserve", Each: rules.PerOperation, Holds: "balance >= 10"}},
	})
	require.NoError(t, err)
	check := func(out wallet.Output) checkers.Verdict {
		return w.Check(t.Context(), &history.History[wallet.Input, wallet.Output]{Ops: []history.Op[wallet.Input, wallet.Output]{
			{Call: 1, Return: 2, Input: wallet.Input{Kind: wallet.Deduct, Amount: 995}, Output: out},
		}})
	}
	require.Empty(t, check(wallet.Output{}).Anomalies, "the answer tells no balance")
	v := check(wallet.Output{Seen: true, Before: 1000, Balance: 5})
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, checkers.BrokenInvariant, v.Anomalies[0].Name)
	require.Equal(t, []string{"POST /deduct"}, v.Anomalies[0].Through)
	require.Len(t, w.Final(), 1, "a read, and none of all, which the service does not have")

	name, params := w.Info()
	require.Equal(t, wallet.Name, name)
	require.Contains(t, params, "invariants", "so that a recorded history is held against them again")
	_, err = served.Workload[wallet.Input, wallet.Output](own, served.Extras{
		Requests: served.Requests{"read": "GET /"}, Invariants: []rules.Rule{{Name: "wrong", Holds: "balanc > 1"}},
	})
	require.ErrorContains(t, err, "rule wrong")
}

// TestStreamsNameAllRequests holds that what was read wrongly is told with all requests that may have led to it, also where a
// history comes in batches.
func TestStreamsNameAllRequests(t *testing.T) {
	own, err := counter.New(counter.Config{})
	require.NoError(t, err)
	w, err := served.Workload[counter.Input, counter.Output](own, served.Extras{
		Requests: served.Requests{"add": "POST /add", "read": "GET /"},
	})
	require.NoError(t, err)
	s, ok := w.(harness.Streamer[counter.Input, counter.Output])
	require.True(t, ok)
	stream := s.Stream()
	stream.Add(t.Context(), history.Batch[counter.Input, counter.Output]{
		At: 9, Done: []history.Op[counter.Input, counter.Output]{
			{Call: 1, Return: 2, Input: counter.Input{Kind: counter.Add, Delta: 1}},
			{Call: 3, Return: 4, Input: counter.Input{Kind: counter.Read}, Output: counter.Output{Value: 5}},
		},
	})
	v := stream.Verdict(t.Context())
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, []int{1}, v.Anomalies[0].Ops, "the read alone")
	require.Equal(t, []string{"POST /add"}, v.Anomalies[0].Through)
}
