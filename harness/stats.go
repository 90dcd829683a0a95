package harness

import (
	"cmp"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// Stats are the figures of a run's main part.
type Stats = report.Stats

// KindStats are the latencies of the operations of one kind and outcome.
type KindStats = report.KindStats

// StatsOf gives the figures of a recorded history. Latency and elapsed time count from the call, as the history does
// not tell when an operation should have started.
func StatsOf[I, O any](h *history.History[I, O], w Workload[I, O]) Stats {
	t := newTally()
	start := history.Never
	for i := range h.Ops {
		op := &h.Ops[i]
		if op.Phase != history.Main {
			continue
		}
		start = min(start, op.Call)
		if op.Return == history.Never {
			t.lose()
			continue
		}
		t.add(w.Class(op.Input).Kind, op.Outcome, op.Return-op.Call, op.Return, int(op.Retries))
	}
	s := statsOf([]*tally{t}, start)
	s.Contended = contended(h, w.Class)
	s.Updates, s.UpdatesOK = updates(h, w.Class)
	return s
}

// statsOf joins the seats' tallies.
func statsOf(tallies []*tally, start time.Duration) Stats {
	p := progressOf(tallies)
	s := Stats{Ops: p.Ops, OK: p.OK, Failed: p.Failed, Unknown: p.Unknown, Retries: p.Retries}
	all := map[tallyKey]*hdrhistogram.Histogram{}
	for _, t := range tallies {
		s.Elapsed = max(s.Elapsed, t.last-start)
		for key, h := range t.latencies {
			if all[key] == nil {
				all[key] = newHistogram()
			}
			all[key].Merge(h)
		}
	}
	if s.Elapsed > 0 {
		s.Throughput = float64(s.OK) / s.Elapsed.Seconds()
	}
	ok := newHistogram()
	for key, h := range all {
		s.Kinds = append(s.Kinds, kindStats(key, h))
		if key.outcome == history.OK {
			ok.Merge(h)
		}
	}
	over := kindStats(tallyKey{}, ok)
	s.Mean, s.P50, s.P90, s.P99, s.P999, s.Max = over.Mean, over.P50, over.P90, over.P99, over.P999, over.Max
	slices.SortFunc(s.Kinds, func(a, b KindStats) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Outcome, b.Outcome))
	})
	return s
}

func kindStats(key tallyKey, h *hdrhistogram.Histogram) KindStats {
	at := func(q float64) time.Duration { return time.Duration(h.ValueAtQuantile(q)) }
	return KindStats{
		Kind: key.kind, Outcome: key.outcome, Count: h.TotalCount(), Mean: time.Duration(h.Mean()),
		P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: time.Duration(h.Max()),
	}
}
