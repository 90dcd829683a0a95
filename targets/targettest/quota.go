package targettest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/quota"
)

// QuotaStrategy is one way to take from a quota.
type QuotaStrategy = strategy.For[*quota.Workload, quota.Input, quota.Output]

// Quotas makes a workload of few quotas of three.
func Quotas(t testing.TB) *quota.Workload {
	t.Helper()
	w, err := quota.New(quota.Config{Keys: 4, Limit: 3})
	require.NoError(t, err)
	return w
}

// Quota has two clients take from two quotas in turn.
func Quota(t *testing.T, s QuotaStrategy, dsn string) {
	t.Helper()
	type asked = Asked[quota.Input, quota.Output]
	take := func(key int32, n int64, refused bool) asked {
		return asked{quota.Input{Quota: key, Amount: n}, quota.Output{Refused: refused}}
	}
	used := func(key int32, n int64) asked {
		return asked{quota.Input{Kind: quota.Used, Quota: key}, quota.Output{Used: n}}
	}
	InTurn(t, s.New(dsn, 1)(Quotas(t)), []asked{
		used(0, 0), used(3, 0), take(0, 1, false), used(0, 1), take(0, 3, true), used(0, 1), take(0, 2, false), used(0, 3),
		take(0, 1, true), take(0, 1, true), used(0, 3), used(3, 0), take(3, 3, false), used(3, 3), take(3, 1, true), used(0, 3),
	})
}
