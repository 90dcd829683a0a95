package linear_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/contest"
	"github.com/lostupdate/stress/internal/gauge"
	"github.com/lostupdate/stress/internal/loads"
	"github.com/lostupdate/stress/internal/testenv"
)

// What internal/compare prints as tables, as benchmarks: the same works, the same contenders.

// BenchmarkTargets has the works that a target is set for.
func BenchmarkTargets(b *testing.B) { contests(b, contest.Works()) }

// BenchmarkPlanner has monitors beside the search.
func BenchmarkPlanner(b *testing.B) { contests(b, contest.Planner()) }

// BenchmarkStream has histories that come in batches.
func BenchmarkStream(b *testing.B) { contests(b, contest.Streams()) }

// BenchmarkFiles has each file of Porcupine's test data.
func BenchmarkFiles(b *testing.B) {
	works, err := contest.Files(data(b))
	require.NoError(b, err)
	contests(b, works)
}

// data gives the folder of the test data, or skips the test.
func data(tb testing.TB) string {
	tb.Helper()
	return testenv.DataFolder(tb, loads.List()...)
}

func contests(b *testing.B, works []contest.Work) {
	for _, w := range works {
		b.Run(w.Name, func(b *testing.B) {
			var terms contest.Terms
			if w.Files {
				terms.Data = data(b)
			}
			bout, err := w.Load(terms)
			require.NoError(b, err)
			for _, c := range bout.Contenders() {
				if c.Name != "porcupine" || !w.Endless {
					b.Run(c.Name, func(b *testing.B) { measure(b, c.Run) })
				}
			}
		})
	}
}

// measure runs something as often as asked, and adds to what a benchmark tells the median of the processor's time.
func measure(b *testing.B, run func() error) {
	var times []time.Duration
	begin, batch := gauge.CPU(), 1
	require.NoError(b, run())
	if gauge.CPU()-begin < 10*gauge.AtLeast {
		var err error
		batch, err = gauge.Batch(run)
		require.NoError(b, err)
	}
	b.ReportAllocs()
	for b.Loop() {
		before := gauge.CPU()
		for range batch {
			require.NoError(b, run())
		}
		times = append(times, (gauge.CPU()-before)/time.Duration(batch))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "cpu-ns/check")
	b.ReportMetric(float64(batch), "checks/op")
}
