package stepstest

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const rounds = 15 // of which the median decides, since other programs share the machine

// Compare runs both n times, plain as it is and with steps both outside of the harness and in a run without a scheduler,
// in turn. It reports the medians: how long a call takes plain, in ns, and with steps, as a multiple of that.
//
// All sides get a context that can end: drivers pay for watching one.
func Compare(b *testing.B, n int, plain, stepping func(context.Context) error) {
	b.Helper()
	var ns, outside, inside []float64
	for b.Loop() {
		for range rounds {
			base := outsideTime(b, n, plain)
			ns = append(ns, base/float64(n))
			outside = append(outside, outsideTime(b, n, stepping)/base)
			inside = append(inside, insideTime(b, n, stepping)/base)
		}
	}
	b.ReportMetric(median(ns), "plain-ns")
	b.ReportMetric(median(outside), "outside-x-plain")
	b.ReportMetric(median(inside), "inside-x-plain")
	b.ReportMetric(0, "ns/op")
}

func outsideTime(b *testing.B, n int, call func(context.Context) error) (ns float64) {
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	return timeOf(ctx, b, n, call)
}

func insideTime(b *testing.B, n int, call func(context.Context) error) (ns float64) {
	Inside(b, func(ctx context.Context) error {
		ns = timeOf(ctx, b, n, call)
		return nil
	})
	return ns
}

func timeOf(ctx context.Context, b *testing.B, n int, call func(context.Context) error) float64 {
	runtime.GC()
	start := time.Now()
	for range n {
		if err := call(ctx); err != nil {
			require.NoError(b, err)
		}
	}
	return float64(time.Since(start))
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
