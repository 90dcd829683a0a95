package invariant_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/history"
)

// long makes a history of n additions of 1 by 16 clients at once, over a number of cells. Of every lose-th, the one
// before is lost: both found the same value. Every blind-th does not say what it saw, every unknown-th may be lost.
func long(n, keys, lose, blind, unknown int) (*hist, *invariant.Sheet) {
	h := &hist{Ops: make([]op, 0, n+keys)}
	values := make([]int64, keys)
	for i := range n {
		key := i % keys
		o := op{Client: int32(i % 16), Call: time.Duration(i), Return: time.Duration(i + 15), Input: ask{delta: 1}}
		before := values[key]
		if lose > 0 && i%(lose*keys) < keys && before > 0 {
			before--
		}
		values[key] = before + 1
		o.Output = answer{before: state{before}, after: state{before + 1}, seen: blind == 0 || i%blind != 0}
		if unknown > 0 && i%unknown == 0 {
			o.Outcome = history.Unknown
		}
		h.Ops = append(h.Ops, o)
	}
	return h, longSheet(h, keys, values)
}

func longSheet(h *hist, keys int, values []int64) *invariant.Sheet {
	s := &invariant.Sheet{Additive: true, Words: invariant.Words{
		Object: func(uint64) string { return "cell" }, Op: func(int) string { return "add 1" },
	}}
	for i := range h.Ops {
		o := &h.Ops[i]
		s.Updates = append(s.Updates, invariant.Update{
			Op: i, Key: uint64(i % keys), Delta: 1, Before: o.Output.before[0], After: o.Output.after[0],
			Seen: o.Output.seen, Certain: o.Outcome == history.OK,
		})
	}
	for key, value := range values {
		at := time.Duration(len(h.Ops) + 100)
		s.Reads = append(s.Reads, invariant.Read{Op: len(h.Ops), Key: uint64(key), Value: value, Final: true})
		h.Ops = append(h.Ops, op{Call: at, Return: at})
	}
	return s
}

type long1M struct {
	name                       string
	keys, lose, blind, unknown int
	want                       checkers.Status
}

func shapes() []long1M {
	return []long1M{
		{"valid", 1, 0, 0, 0, checkers.Valid},
		{"blind", 1, 0, 1, 0, checkers.Valid},
		{"unknown", 1, 0, 0, 1, checkers.Valid},
		{"lost", 1, 2, 0, 0, checkers.Invalid},
		{"lost beside unknown", 1, 2, 0, 5, checkers.Invalid},
		{"lost, half of them blind", 1, 3, 2, 0, checkers.Invalid},
		{"100,000 cells", 100_000, 0, 0, 0, checkers.Valid},
		{"100,000 cells, lost", 100_000, 2, 0, 0, checkers.Invalid},
	}
}

// TestLong holds the verdicts of the benchmark on fewer operations.
func TestLong(t *testing.T) {
	for _, s := range shapes() {
		h, sheet := long(20_000, min(s.keys, 2000), s.lose, s.blind, s.unknown)
		v := invariant.Updates(context.Background(), h, sheet)
		require.Equal(t, s.want, v.Status, "%s: %s", s.name, v.Text())
		require.LessOrEqual(t, len(v.Anomalies), 9)
		t.Logf("%s: %s", s.name, v.Text())
	}
}

// BenchmarkUpdates checks 1,000,000 operations.
func BenchmarkUpdates(b *testing.B) {
	for _, s := range shapes() {
		b.Run(s.name, func(b *testing.B) {
			h, sheet := long(1_000_000, s.keys, s.lose, s.blind, s.unknown)
			b.ReportAllocs()
			for b.Loop() {
				if v := invariant.Updates(context.Background(), h, sheet); v.Status != s.want {
					b.Fatal(v.Text())
				}
			}
		})
	}
}
