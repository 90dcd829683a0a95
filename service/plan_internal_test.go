package service

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/host"
)

// TestThePortOfAnAddress holds that one which is not written is the scheme's.
func TestThePortOfAnAddress(t *testing.T) {
	for address, port := range map[string]int{
		"http://127.0.0.1:8080": 8080, "http://127.0.0.1": 80, "HTTP://[::1]": 80, "https://example.org/wallets": 443,
	} {
		p, err := Spec{File: "testdata/wallet.yaml", Strategy: "locked", URL: address}.plan()
		require.NoError(t, err)
		require.Equal(t, port, p.host(t).Port, address)
	}
}

// TestTheSeedIsOne holds that what proxies draw from is the seed that the test tells of.
func TestTheSeedIsOne(t *testing.T) {
	p, err := Spec{File: "testdata/wallet.yaml", Strategy: "locked"}.plan()
	require.NoError(t, err)
	require.NoError(t, p.settle(t, []harness.Option{harness.Seed(7)}))
	require.EqualValues(t, 7, p.host(t).Seed)
	require.NoError(t, p.settle(t, nil))
	require.NotZero(t, p.seed)
	require.Equal(t, p.seed, p.host(t).Seed)
	require.Equal(t, p.seed, p.options(&host.Host{}).Seed)
}
