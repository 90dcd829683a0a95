package cellstest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/workloads/wallet"
)

// Report has one client move money and report, and compares what it says with a slice of numbers. Broken strategies pass too:
// while nothing moves, every report is right.
func Report(t *testing.T, strategy cells.Strategy, dsn string) {
	t.Helper()
	model := []int64{100, 50, 0, 7, 0}
	store := strategy.New(dsn, 1)
	Setup(t, store, model...)
	session := Open(t, store, 0)
	for i := range 20 {
		c := cells.Change{Kind: cells.Move, Key: i % 5, To: (i + 2) % 5, Delta: int64(3 * i), Floor: true}
		if i == 0 {
			c.Delta = 1
		}
		e, err := session.Apply(t.Context(), c)
		require.NoError(t, err)
		requireEffect(t, c, e, model)
		all, err := session.ReadAll(t.Context())
		require.NoError(t, err)
		require.Equal(t, model, all)
	}
	for cell, want := range model {
		v, err := session.Read(t.Context(), cell)
		require.NoError(t, err)
		require.Equal(t, want, v)
	}
}

// ReportVerdict runs the strategy under the harness with transfers and reports, and requires what it says of itself.
func ReportVerdict(t *testing.T, strategy cells.Strategy, dsn string, opts ...harness.Option) {
	t.Helper()
	w, err := wallet.NewReport(wallet.Config{})
	require.NoError(t, err)
	v, _ := run(t, cells.Wallet(strategy.New(dsn, 1), w.Initial()), w, opts)
	RequireVerdict(t, strategy.Shows[wallet.ReportName], v)
}
