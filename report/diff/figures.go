package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// Unit is what a figure is counted in.
type Unit string

// The units.
const (
	Number  Unit = "count"
	Rate    Unit = "per second"
	Share   Unit = "share" // 0 to 1
	Latency Unit = "ns"
)

// Figure is one figure of both runs; nil where a run has none.
type Figure struct {
	Name  string   `json:"name"`
	Unit  Unit     `json:"unit"`
	A     *float64 `json:"a,omitempty"`
	B     *float64 `json:"b,omitempty"`
	Ratio *float64 `json:"ratio,omitempty"` // B/A, where A is above 0
}

func figure(name string, unit Unit, a, b *float64) Figure {
	f := Figure{Name: name, Unit: unit, A: a, B: b}
	if a != nil && b != nil && *a > 0 {
		ratio := *b / *a
		f.Ratio = &ratio
	}
	return f
}

// known gives a figure, or none.
func known(there bool, v float64) *float64 {
	if !there {
		return nil
	}
	return &v
}

func figures(a, b *report.Report) []Figure {
	x, y := a.Stats, b.Stats
	timedA, timedB := !a.Untimed, !b.Untimed
	all := []Figure{
		figure("operations", Number, known(true, float64(x.Ops)), known(true, float64(y.Ops))),
		figure("ok", Share, known(x.Ops > 0, share(x.OK, x.Ops)), known(y.Ops > 0, share(y.OK, y.Ops))),
		figure("failed", Number, known(true, float64(x.Failed)), known(true, float64(y.Failed))),
		figure("unknown", Number, known(true, float64(x.Unknown)), known(true, float64(y.Unknown))),
		figure("retries", Number, known(timedA, float64(x.Retries)), known(timedB, float64(y.Retries))),
		figure("contended", Share, known(timedA, x.Contended), known(timedB, y.Contended)),
		figure("throughput", Rate, known(timedA, x.Throughput), known(timedB, y.Throughput)),
		figure("p99", Latency, known(timedA, float64(x.P99)), known(timedB, float64(y.P99))),
	}
	for _, k := range kinds(x.Kinds, y.Kinds) {
		all = append(all, k.figures(timedA, timedB)...)
	}
	return slices.DeleteFunc(all, func(f Figure) bool { return zero(f.A) && zero(f.B) })
}

func share(part, whole int64) float64 { return float64(part) / float64(max(whole, 1)) }

func zero(v *float64) bool { return v == nil || *v == 0 }

// pair are the latencies of one kind and outcome in both runs; nil where a run has none.
type pair struct{ a, b *report.KindStats }

func kinds(a, b []report.KindStats) []pair {
	var all []pair
	for i := range a {
		all = append(all, pair{a: &a[i]})
	}
	for i := range b {
		at := slices.IndexFunc(all, func(p pair) bool {
			return p.a != nil && p.a.Kind == b[i].Kind && p.a.Outcome == b[i].Outcome
		})
		if at < 0 {
			all = append(all, pair{b: &b[i]})
			continue
		}
		all[at].b = &b[i]
	}
	return all
}

func (p pair) figures(timedA, timedB bool) []Figure {
	k := cmp.Or(p.a, p.b)
	name := k.Kind
	if k.Outcome != history.OK {
		name += ", " + k.Outcome.String()
	}
	of := func(side *report.KindStats, there bool, get func(*report.KindStats) float64) *float64 {
		if side == nil || !there {
			return nil
		}
		v := get(side)
		return &v
	}
	count := func(k *report.KindStats) float64 { return float64(k.Count) }
	all := []Figure{figure(name+" count", Number, of(p.a, true, count), of(p.b, true, count))}
	for _, q := range []struct {
		name string
		get  func(*report.KindStats) float64
	}{
		{"p50", func(k *report.KindStats) float64 { return float64(k.P50) }},
		{"p90", func(k *report.KindStats) float64 { return float64(k.P90) }},
		{"p99", func(k *report.KindStats) float64 { return float64(k.P99) }},
		{"p99.9", func(k *report.KindStats) float64 { return float64(k.P999) }},
	} {
		all = append(all, figure(name+" "+q.name, Latency, of(p.a, timedA, q.get), of(p.b, timedB, q.get)))
	}
	return all
}

// Words writes a figure of a unit; — stands for none.
func (u Unit) Words(v *float64) string {
	if v == nil {
		return "—"
	}
	switch u {
	case Share:
		return fmt.Sprintf("%.1f%%", 100**v)
	case Latency:
		return report.Round(time.Duration(*v))
	case Rate:
		return report.Count(int64(*v)) + "/s"
	default:
		return report.Count(int64(*v))
	}
}

// Times writes the ratio: ×1.25.
func (f Figure) Times() string {
	switch {
	case f.Ratio == nil:
		return "—"
	case *f.Ratio >= 1000:
		return "×" + report.Count(int64(*f.Ratio))
	case *f.Ratio >= 100:
		return "×" + strconv.FormatFloat(*f.Ratio, 'f', 0, 64)
	}
	return fmt.Sprintf("×%.2f", *f.Ratio)
}

// much is how far a ratio is from 1 to be worth a look, up or down.
const much = 1.1

// Much reports whether the runs differ by more than a tenth.
func (f Figure) Much() bool {
	return f.Ratio == nil || *f.Ratio > much || *f.Ratio < 1/much
}
