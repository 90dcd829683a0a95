package invariant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// most is how many objects are explained one by one; a run in which more go wrong has the rest counted.
const most = 8

// Updates holds every object's acknowledged updates against its last final read, and looks for updates that overwrote
// one another. Each object that is wrong gives one anomaly, [checkers.LostUpdate] or [checkers.PhantomUpdate], those
// first of which two operations prove it, and these two are named.
//
// A pair is a proof if both updates are acknowledged, both found the same value and changed it, and nothing else that
// was under way between the first call and the last return can have restored that value: in any order of the
// operations, the second of the two then acted on a state that was gone. (Adya, Liskov, O'Neil, "Generalized isolation
// level definitions", 2000: P4, lost update.)
//
// Where the sheet is not Additive, and for an object without a final read, pairs are all that is looked for.
func Updates[I, O any](ctx context.Context, h *history.History[I, O], s *Sheet) checkers.Verdict {
	var anomalies []checkers.Anomaly
	var late checkers.Verdict
	for _, o := range s.objects() {
		if ctx.Err() != nil {
			late = checkers.Undecide("stopped before all objects were checked: %v", context.Cause(ctx))
			break
		}
		if a, wrong := judge(h, s, o); wrong {
			anomalies = append(anomalies, a)
		}
	}
	if len(anomalies) > 0 {
		of := s.acknowledged()
		for i := range anomalies {
			anomalies[i].Of = of
		}
	}
	slices.SortStableFunc(anomalies, func(a, b checkers.Anomaly) int { return cmp.Compare(len(b.Ops), len(a.Ops)) })
	return checkers.Join(checkers.Reject(fold(anomalies, "object")...), late)
}

// judge checks one object.
func judge[I, O any](h *history.History[I, O], s *Sheet, o object) (a checkers.Anomaly, wrong bool) {
	line := newTimeline(h, s, o)
	var parts []string
	pair, raced := line.race()
	if raced {
		a = checkers.Anomaly{
			Name: checkers.LostUpdate, Ops: []int{s.Updates[pair.a].Op, s.Updates[pair.b].Op},
			Lost: pair.lost(s), Updates: max(1, line.missing()), Arrows: line.arrows(pair),
		}
		parts = append(parts, explain(h, s, pair))
	}
	if final := s.final(&o); final != nil {
		t := totalAt(h, s, &o, &h.Ops[final.Op])
		if missing, excess := t.off(final.Value); missing+excess > 0 {
			t.accuse(&a, final.Op, missing, excess)
			if pair.witness != final.Op || !raced || t.sure+t.maybe > 2 {
				parts = append(parts, t.explain(final.Value, missing, excess))
			}
			if !raced && len(t.named) > 0 {
				a.Ops = slices.Concat(s.ops(t.named), []int{final.Op})
				parts = append(parts, whose(h, s, &t, final.Value))
			}
		}
	}
	if len(parts) == 0 {
		return a, false
	}
	a.Object = s.Words.Object(o.key)
	a.Message = a.Object + ": " + strings.Join(parts, "; ") + "."
	return a, true
}

// ops gives the operations of updates.
func (s *Sheet) ops(updates []int) []int {
	all := make([]int, len(updates))
	for n, i := range updates {
		all[n] = s.Updates[i].Op
	}
	return all
}

// whose names the few updates there are, and the one without which the value would be right, if there is just one such.
func whose[I, O any](h *history.History[I, O], s *Sheet, t *total, found int64) string {
	gone, one := t.gone(s, found)
	var others []string
	for _, i := range t.named {
		if !one || i != gone {
			others = append(others, who(h, s.Words, s.Updates[i].Op))
		}
	}
	text := fmt.Sprintf("it began with %d", t.start)
	switch named := strings.Join(others, " and "); {
	case !one:
		return text + ", and was updated by " + named
	case len(others) == 0:
		return text + fmt.Sprintf(", as if there had been no %s", who(h, s.Words, s.Updates[gone].Op))
	default:
		return text + fmt.Sprintf(", as if there had been %s and no %s", named, who(h, s.Words, s.Updates[gone].Op))
	}
}

// accuse adds to an anomaly, which may be that of a pair, what the final value says.
func (t *total) accuse(a *checkers.Anomaly, op int, missing, excess int64) {
	a.Lost = missing + excess
	if a.Name == "" {
		a.Name, a.Ops = t.name(missing, excess), []int{op}
	}
	if a.Name == checkers.LostUpdate && t.name(missing, excess) == checkers.LostUpdate {
		a.Updates = max(a.Updates, t.updates(a.Lost), 1)
	}
}

// final is the object's last final read, where it says something of the updates.
func (s *Sheet) final(o *object) *Read {
	if !s.Additive {
		return nil
	}
	for n := len(o.reads) - 1; n >= 0; n-- {
		if r := &s.Reads[o.reads[n]]; r.Final {
			return r
		}
	}
	return nil
}

// fold keeps the first few anomalies and counts the others by name.
func fold(anomalies []checkers.Anomaly, noun string) []checkers.Anomaly {
	if len(anomalies) <= most {
		return anomalies
	}
	out := slices.Clone(anomalies[:most])
	for rest := anomalies[most:]; len(rest) > 0; {
		name, n := rest[0].Name, int64(0)
		sum := checkers.Anomaly{Name: name, Of: rest[0].Of}
		rest = slices.DeleteFunc(rest, func(a checkers.Anomaly) bool {
			if a.Name != name {
				return false
			}
			n, sum.Updates = n+1, sum.Updates+a.Updates
			return true
		})
		sum.Object = count(n, "more "+noun)
		sum.Message = fmt.Sprintf("and %s in the same way.", sum.Object)
		out = append(out, sum)
	}
	return out
}
