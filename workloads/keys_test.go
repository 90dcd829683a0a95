package workloads_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/workloads"
)

func TestKeysNameTheOptionThatIsWrong(t *testing.T) {
	for option, all := range map[string][]workloads.Keys{
		"keys": {{N: 0}, {N: -1}, {N: workloads.MaxKeys + 1}, {N: math.MaxInt32}},
		"hot":  {{N: 1, Hot: -0.1}, {N: 1, Hot: 1.1}, {N: 1, Hot: math.NaN()}},
		"skew": {
			{N: 1, Skew: 1}, {N: 1, Skew: 0.5}, {N: 1, Skew: -1}, {N: 1, Skew: math.NaN()}, {N: 1, Skew: math.Inf(1)},
		},
	} {
		for _, k := range all {
			require.ErrorContains(t, k.Validate(), option+" must be", "%+v", k)
		}
	}
	for _, k := range []workloads.Keys{{N: 1}, {N: workloads.MaxKeys}, {N: 5, Hot: 1, Skew: 1.1}} {
		require.NoError(t, k.Validate())
	}
}

// draw gives the share of each key among many draws.
func draw(k workloads.Keys) []float64 {
	const n = 100_000
	r := rand.New(rand.NewPCG(1, 2))
	pick := k.Picker()
	shares := make([]float64, k.N)
	for range n {
		shares[pick(r)] += 1.0 / n
	}
	return shares
}

func TestKeysAreEven(t *testing.T) {
	for _, share := range draw(workloads.Keys{N: 8}) {
		require.InDelta(t, 1.0/8, share, 0.005)
	}
	require.InDelta(t, 1, draw(workloads.Keys{N: 1})[0], 1e-9)
}

func TestAHotKeyGetsItsShare(t *testing.T) {
	shares := draw(workloads.Keys{N: 8, Hot: 0.6})
	require.InDelta(t, 0.6+0.4/8, shares[0], 0.01)
	for _, share := range shares[1:] {
		require.InDelta(t, 0.4/8, share, 0.005)
	}
	require.InDelta(t, 1, draw(workloads.Keys{N: 3, Hot: 1})[0], 1e-9)
}

// Zipf's law: the k-th key, from 0, is drawn in proportion to (1+k)^-skew.
func TestKeysFollowZipf(t *testing.T) {
	const skew = 1.5
	shares := draw(workloads.Keys{N: 16, Skew: skew})
	sum := 0.0
	for k := range shares {
		sum += math.Pow(float64(1+k), -skew)
	}
	for k, share := range shares {
		require.InDelta(t, math.Pow(float64(1+k), -skew)/sum, share, 0.01, "key %d", k)
	}
}

func TestTheSameSeedDrawsTheSameKeys(t *testing.T) {
	k := workloads.Keys{N: 100, Hot: 0.1, Skew: 1.2}
	first := draw(k)
	require.Equal(t, first, draw(k))
}
