package harness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/memory/memcells"
	"github.com/lostupdate/stress/targets/redis/rediscells"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/sqlcells"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/counter"
)

// BenchmarkStep is a step without a scheduler, under a context as deep as an application's.
func BenchmarkStep(b *testing.B) {
	type key int
	ctx := context.Background()
	ctx = context.WithValue(context.WithValue(ctx, key(0), 0), key(1), 1)
	ctx = context.WithValue(context.WithValue(ctx, key(2), 2), key(3), 3)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = harness.Step(ctx, "read", nothing)
	}
}

// benchClients is how many clients each side has, and benchKeys how many counters they share.
const (
	benchClients = 8
	benchKeys    = 16
	benchRounds  = 9 // of which the median decides, since other programs share the machine
)

// BenchmarkThroughput runs the harness, nothing perturbed, and a bare loop over the same clients' Do in turn.
func BenchmarkThroughput(b *testing.B) {
	for _, e := range []struct {
		engine string
		ops    int
	}{{"memory", 400_000}, {"sqlite", 8_000}, {"redis", 40_000}, {"postgres", 20_000}} {
		b.Run(e.engine, func(b *testing.B) {
			dsn := ""
			if e.engine == "redis" || e.engine == "postgres" {
				dsn = testenv.DSN(b, e.engine)
			}
			benchmarkThroughput(b, e.engine, dsn, e.ops)
		})
	}
}

type counters = harness.Target[counter.Input, counter.Output]

// unchecked is the workload without its check, which is not what is measured.
type unchecked struct{ *counter.Workload }

func (unchecked) Check(context.Context, *history.History[counter.Input, counter.Output]) checkers.Verdict {
	return checkers.Verdict{}
}

func benchmarkThroughput(b *testing.B, engine, dsn string, ops int) {
	strategies := map[string][]cells.Strategy{
		"memory": memcells.Strategies(), "redis": rediscells.Strategies(),
		"sqlite": sqlcells.Strategies(db.SQLite()), "postgres": sqlcells.Strategies(db.Postgres()),
	}[engine]
	at := slices.IndexFunc(strategies, func(s cells.Strategy) bool { return s.Name == "atomic" })
	require.GreaterOrEqual(b, at, 0)
	w, err := counter.New(counter.Config{Keys: workloads.Keys{N: benchKeys}, Reads: 0.1})
	require.NoError(b, err)
	var ratios, bares, ours []float64
	for b.Loop() {
		for round := range benchRounds {
			target := func() counters { return cells.Counter(strategies[at].New(dsn, 1), benchKeys) }
			sides := []func(){
				func() { bares = append(bares, perSecond(ops, bare(b, target(), w, ops))) },
				func() { ours = append(ours, perSecond(ops, harnessed(b, target(), w, ops))) },
			}
			if round%2 == 1 {
				slices.Reverse(sides)
			}
			for _, side := range sides {
				runtime.GC()
				side()
			}
			ratios = append(ratios, ours[len(ours)-1]/bares[len(bares)-1])
		}
	}
	b.ReportMetric(median(ratios), "x-of-bare-throughput")
	b.ReportMetric(median(bares), "bare-ops/s")
	b.ReportMetric(median(ours), "harness-ops/s")
	b.ReportMetric(0, "ns/op")
}

func perSecond(ops int, d time.Duration) float64 { return float64(ops) / d.Seconds() }

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func harnessed(b *testing.B, t counters, w *counter.Workload, ops int) time.Duration {
	r, err := harness.Run(b.Context(), t, unchecked{w}, harness.Clients(benchClients), harness.Ops(ops),
		harness.Seed(1), harness.WithScheduler(nil), harness.AllowVacuous())
	require.NoError(b, err)
	require.EqualValues(b, ops, r.Stats.OK)
	return r.Stats.Elapsed
}

// bare makes the same operations with nothing around them. What to ask is drawn beforehand. Its context has a deadline,
// one for all: a driver that keeps deadlines pays for them on both sides, and a loop without any is not the same.
func bare(b *testing.B, t counters, w *counter.Workload, ops int) time.Duration {
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	require.NoError(b, t.Setup(ctx))
	var clients []harness.Client[counter.Input, counter.Output]
	defer func() {
		for _, c := range clients {
			require.NoError(b, c.Close())
		}
		require.NoError(b, t.Close(ctx))
	}()
	var done sync.WaitGroup
	gate := make(chan struct{})
	for id := range benchClients {
		c, err := t.Open(ctx, id)
		require.NoError(b, err)
		clients = append(clients, c)
		inputs := drawn(w, id, ops/benchClients)
		done.Go(func() {
			<-gate
			for _, in := range inputs {
				if _, err := c.Do(ctx, in); err != nil {
					b.Error(err)
				}
			}
		})
	}
	start := time.Now()
	close(gate)
	done.Wait()
	return time.Since(start)
}

func drawn(w *counter.Workload, id, n int) []counter.Input {
	next, r := w.Generator(id), rand.New(rand.NewPCG(1, uint64(id)))
	inputs := make([]counter.Input, n)
	for i := range inputs {
		inputs[i] = next(r, nil)
	}
	return inputs
}

// BenchmarkMillion makes a million operations on counters in memory, streams them to a file and checks them. Run it
// alone: the peak is that of the whole process.
func BenchmarkMillion(b *testing.B) {
	const ops = 1_000_000
	w, err := counter.New(counter.Config{Keys: workloads.Keys{N: benchKeys}, Reads: 0.1})
	require.NoError(b, err)
	var run, total time.Duration
	var size int64
	n := 0
	for b.Loop() {
		path := filepath.Join(b.TempDir(), fmt.Sprintf("%d.jsonl", n))
		start := time.Now()
		r, err := harness.Run(b.Context(), cells.Counter(store(b, "atomic"), benchKeys), w,
			harness.Clients(benchClients), harness.Ops(ops), harness.Seed(1), harness.HistoryFile(path))
		total += time.Since(start)
		run += r.Stats.Elapsed
		require.NoError(b, err)
		require.Equal(b, checkers.Valid, r.Verdict.Status, r.Verdict.Reason)
		info, err := os.Stat(path)
		require.NoError(b, err)
		size = info.Size()
		n++
	}
	b.ReportMetric(run.Seconds()/float64(n), "s-run")
	b.ReportMetric(total.Seconds()/float64(n), "s-total")
	b.ReportMetric(float64(size)/1e6, "MB-file")
	b.ReportMetric(peakMB(b), "MB-peak")
	b.ReportMetric(0, "ns/op")
}

// peakMB is the most memory that the process ever had, or what it has from the system where that is not told.
func peakMB(b *testing.B) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.Sys) / 1e6
	}
	var kB float64
	_, line, _ := strings.Cut(string(text), "VmHWM:")
	_, err = fmt.Sscan(line, &kB)
	require.NoError(b, err)
	return kB * 1024 / 1e6
}
