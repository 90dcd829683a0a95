package wallet_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/wallet"
)

// TestReport holds that the workload of reports is one of wallets under another name, of transfers and reads of all alone.
func TestReport(t *testing.T) {
	w, err := wallet.NewReport(wallet.Config{Keys: workloads.Keys{N: 3}, Initial: 70})
	require.NoError(t, err)
	name, params := w.Info()
	require.Equal(t, "transfer-report", name)
	require.Equal(t, map[string]any{"keys": 3, "initial": int64(70)}, params)
	require.Equal(t, []int64{70, 70, 70}, w.Initial())
	r, next := rand.New(rand.NewPCG(1, 2)), w.Generator(0)
	kinds := map[wallet.Kind]int{}
	for range 9000 {
		kinds[next(r, nil).Kind]++
	}
	require.Len(t, kinds, 2)
	require.InDelta(t, 6000, kinds[wallet.Transfer], 300)
	require.InDelta(t, 3000, kinds[wallet.ReadAll], 300)
	require.Equal(t, wallet.ReadAll, w.Final()[3].Kind)
}

func TestReportNeedsTwoWallets(t *testing.T) {
	_, err := wallet.NewReport(wallet.Config{Keys: workloads.Keys{N: 1}})
	require.ErrorContains(t, err, "transfer-report: keys must be at least 2")
	_, err = wallet.NewReport(wallet.Config{Keys: workloads.Keys{N: -1}})
	require.ErrorContains(t, err, "transfer-report: keys must be")
}
