package spans_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/live/spans"
	"github.com/lostupdate/stress/workloads/counter"
)

const (
	benchOps    = 20_000
	benchRounds = 9 // of which the median decides, since other programs share the machine
)

// BenchmarkOperation makes operations of two steps in memory, by one client, in turn without spans and with spans that
// are sent to a collector which throws them away. It tells what one operation takes, with all that the harness does.
func BenchmarkOperation(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer server.Close()
	var off, on, dropped []float64
	for b.Loop() {
		for range benchRounds {
			off = append(off, perOperation(b))
			export, err := spans.To(b.Context(), server.URL)
			require.NoError(b, err)
			on = append(on, perOperation(b, export.Option()))
			loss := export.Close(b.Context(), time.Minute)
			require.NoError(b, loss.Err)
			dropped = append(dropped, 100*float64(loss.Spans)/float64(loss.Of))
		}
	}
	b.ReportMetric(median(off), "off-ns")
	b.ReportMetric(median(on), "otlp-ns")
	b.ReportMetric(median(dropped), "%-dropped")
	b.ReportMetric(0, "ns/op")
}

func perOperation(b *testing.B, opts ...harness.Option) float64 {
	b.Helper()
	w, err := counter.New(counter.Config{})
	require.NoError(b, err)
	var value atomic.Int64
	do := func(ctx context.Context, in counter.Input) (counter.Output, error) {
		before, err := harness.Step(ctx, "read", func(context.Context) (int64, error) { return value.Load(), nil })
		if err != nil {
			return counter.Output{}, err
		}
		after, err := harness.Step(ctx, "write", func(context.Context) (int64, error) { return value.Add(in.Delta), nil })
		return counter.Output{Value: after, Before: before, Seen: true}, err
	}
	runtime.GC()
	r, err := harness.Run(b.Context(), harness.Func(do), w, append(opts, harness.Clients(1), harness.Ops(benchOps),
		harness.WithScheduler(nil), harness.AllowVacuous())...)
	require.NoError(b, err)
	require.EqualValues(b, benchOps, r.Stats.OK)
	return float64(r.Stats.Elapsed) / benchOps
}

func median(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }
