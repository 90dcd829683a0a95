package linear

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// BenchmarkStream checks a million operations on one object in batches, beside all at once. Remembered is the most that was
// remembered between two batches.
func BenchmarkStream(b *testing.B) {
	for _, clients := range [...]int{10, 100, 1000} {
		register := typed(rwWorld(), typedRegister())
		streamOf(b, "register", register, clients)
		streamOf(b, "counter", typedCounter(0, 1), clients)
		streamOf(b, "fetch-and-add", typed(hotFetchAdd(), typedFetchAdd()), clients)
	}
	search := rwWorld()
	streamOf(b, "register, searched", search, 10)
}

func streamOf[S comparable, I, O any](b *testing.B, name string, w world[S, I, O], clients int) {
	load := sync.OnceValue(func() *history.History[I, O] { return w.load(1, clients, 1_000_000, 0) })
	b.Run(fmt.Sprintf("%s/clients=%d/stream", name, clients), func(b *testing.B) {
		all := cutEvenly(load(), 100)
		b.ReportAllocs()
		most := int64(0)
		for b.Loop() {
			s := NewStream(w.model)
			for _, batch := range all {
				s.Add(context.Background(), batch)
				most = max(most, s.bytes)
			}
			if v := s.Verdict(context.Background()); v.Status != checkers.Valid {
				b.Fatal(v)
			}
		}
		b.ReportMetric(float64(most), "remembered-B")
	})
	b.Run(fmt.Sprintf("%s/clients=%d/whole", name, clients), func(b *testing.B) { benchmark(b, w.model, load()) })
}

// cutEvenly cuts a history in order of call into so many batches.
func cutEvenly[I, O any](h *history.History[I, O], count int) (all []history.Batch[I, O]) {
	var open []history.Op[I, O]
	for n := range count {
		from, to := n*len(h.Ops)/count, (n+1)*len(h.Ops)/count
		at := history.Never
		if to < len(h.Ops) {
			at = h.Ops[to].Call
		}
		b := history.Batch[I, O]{At: at}
		var still []history.Op[I, O]
		for _, op := range append(open, h.Ops[from:to]...) {
			if op.Return < at || at == history.Never {
				b.Done = append(b.Done, op)
				continue
			}
			still = append(still, op)
			op.Outcome, op.Return = history.Unknown, history.Never
			b.Open = append(b.Open, op)
		}
		open, all = still, append(all, b)
	}
	return all
}
