package history

import (
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
)

// BenchmarkRecord measures Begin and End beside the two readings of the clock that no recorder can do without, in turn,
// so that a busy machine slows both alike.
func BenchmarkRecord(b *testing.B) {
	for _, clients := range []int{1, 16} {
		b.Run("clients="+strconv.Itoa(clients), func(b *testing.B) { benchmarkRecord(b, clients) })
	}
}

type asking struct{ Key, Amount int64 }

func benchmarkRecord(b *testing.B, clients int) {
	const round = 1 << 14
	var clock, record time.Duration
	n := 0
	for b.Loop() {
		clock += together(clients, func(int) { readClock(round) })
		r := NewRecorder[asking, int64]()
		record += together(clients, func(i int) { fill(r.Log(int32(i)), round) })
		n++
	}
	b.ReportMetric(float64(record)/float64(clock), "x-of-two-clock-reads")
	b.ReportMetric(float64(record.Nanoseconds())/float64(n*clients*round), "ns/record")
	b.ReportMetric(float64(memory(clients, round))/float64(clients*round), "B-memory/record")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkBeginEnd is one operation of one client; it shows what is allocated.
func BenchmarkBeginEnd(b *testing.B) {
	b.ReportAllocs()
	l := NewRecorder[asking, int64]().Log(0)
	for b.Loop() {
		l.Begin(asking{1, 3}, Main)
		l.End(2, OK, 0)
	}
}

func together(clients int, f func(client int)) time.Duration {
	var wg sync.WaitGroup
	start := time.Now()
	for i := range clients {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
	return time.Since(start)
}

var sink time.Duration

func readClock(n int) {
	base := time.Now()
	var sum time.Duration
	for range n {
		call := time.Since(base)
		sum += time.Since(base) - call
	}
	if sum < 0 {
		sink = sum
	}
}

func fill(l *Log[asking, int64], n int) {
	for i := range n {
		l.Begin(asking{int64(i), 3}, Main)
		l.End(int64(i), OK, 0)
	}
}

// memory is what recorders of so many operations hold in all, in bytes.
func memory(clients, n int) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := NewRecorder[asking, int64]()
	together(clients, func(i int) { fill(r.Log(int32(i)), n) })
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(r)
	return after.TotalAlloc - before.TotalAlloc
}
