package invariant

import (
	"context"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// most is how many objects are explained one by one; a run in which more go wrong has the rest counted.
const most = 8

// Updates holds every object's acknowledged updates against its final reads, and looks for updates that overwrote one
// another. Each object that is wrong gives one anomaly, [checkers.LostUpdate] or [checkers.PhantomUpdate], with the two
// operations that raced where two prove it.
//
// A pair is a proof if both updates are acknowledged, both found the same value and changed it, and no third operation
// that was under way between the first call and the last return can have restored that value: in any order of the
// operations, the second of the two then acted on a state that was gone. (Adya, Liskov, O'Neil, "Generalized isolation
// level definitions", 2000: P4, lost update.)
func Updates[I, O any](ctx context.Context, h *history.History[I, O], s *Sheet) checkers.Verdict {
	var anomalies []checkers.Anomaly
	for _, o := range s.objects() {
		if ctx.Err() != nil {
			return checkers.Join(checkers.Reject(anomalies...), checkers.Undecide("out of time"))
		}
		if a, wrong := object(h, s, o); wrong {
			anomalies = append(anomalies, a)
		}
	}
	return checkers.Reject(fold(anomalies)...)
}

func object[I, O any](h *history.History[I, O], s *Sheet, o *byKey) (checkers.Anomaly, bool) {
	a := checkers.Anomaly{Name: checkers.LostUpdate, Object: s.Words.Object(o.key)}
	line := newTimeline(h, s, o)
	pair, raced := line.overwrite()
	var parts []string
	if raced {
		a.Ops = []int{s.Updates[pair.a].Op, s.Updates[pair.b].Op}
		parts = append(parts, explain(h, s, pair))
	}
	final, off := s.final(o)
	if final != nil && off != 0 {
		total := s.sum(o)
		a.Lost, a.Updates = abs(off), total.missing(off)
		if !raced {
			a.Ops = []int{final.Op}
			a.Name = total.name(off)
		}
		if !raced || total.acked > 2 {
			parts = append(parts, total.explain(final.Value, off))
		}
	}
	if a.Updates == 0 && len(parts) > 0 {
		a.Updates = line.missingUpdates(final)
	}
	a.Message = a.Object + ": " + strings.Join(parts, "; ") + "."
	return a, len(parts) > 0
}

// final is the object's last final read, and by how much it is off.
func (s *Sheet) final(o *byKey) (*Read, int64) {
	if !s.Additive {
		return nil, 0
	}
	for n := len(o.reads) - 1; n >= 0; n-- {
		if r := &s.Reads[o.reads[n]]; r.Final {
			return r, s.sum(o).off(r.Value)
		}
	}
	return nil, 0
}

// name tells a lost update from a phantom. Where some updates add and others take, too much may be either; the more
// common of the two is said.
func (t sum) name(off int64) string {
	if t.oneDelta && t.delta != 0 && (off < 0) == (t.delta > 0) {
		return checkers.PhantomUpdate
	}
	return checkers.LostUpdate
}

func (t sum) explain(found, off int64) string {
	text := fmt.Sprintf("after %d acknowledged updates", t.acked)
	if t.unknown > 0 {
		text += fmt.Sprintf(" and %d of unknown outcome", t.unknown)
	}
	text += fmt.Sprintf(" it should be %s, found %d", t.expected(), found)
	n := t.missing(off)
	switch {
	case n > 0:
		return text + fmt.Sprintf("; %s lost", count(n, "update"))
	case n < 0:
		return text + fmt.Sprintf("; %s too many", count(-n, "update"))
	case off > 0:
		return text + fmt.Sprintf("; %d missing", off)
	default:
		return text + fmt.Sprintf("; %d too much", -off)
	}
}

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// explain tells the pair's story in one line, and claims no more than is known: who overwrote whom only where somebody
// saw it.
func explain[I, O any](h *history.History[I, O], s *Sheet, o overwrite) string {
	a, b := &s.Updates[o.a], &s.Updates[o.b]
	text := fmt.Sprintf("%s and %s both read %d; ", who(h, s.Words, a.Op), who(h, s.Words, b.Op), a.Before)
	switch {
	case a.After == b.After:
		text += fmt.Sprintf("both wrote %d", a.After)
	case o.witness >= 0:
		text += fmt.Sprintf("client %d's write of %d overwrote client %d's %d",
			h.Ops[b.Op].Client, b.After, h.Ops[a.Op].Client, a.After)
	default:
		text += fmt.Sprintf("client %d wrote %d and client %d wrote %d, and the later write overwrote the other",
			h.Ops[a.Op].Client, a.After, h.Ops[b.Op].Client, b.After)
	}
	if !s.Additive {
		return text
	}
	expected := a.Before + a.Delta + b.Delta
	switch {
	case o.witness >= 0:
		return text + fmt.Sprintf("; expected %d, found %d; %d lost", expected, o.found, abs(expected-o.found))
	case a.After == b.After:
		return text + fmt.Sprintf("; expected %d; %d lost", expected, abs(expected-a.After))
	}
	return text + fmt.Sprintf("; expected %d", expected)
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// fold keeps the first few anomalies and counts the others in the last.
func fold(anomalies []checkers.Anomaly) []checkers.Anomaly {
	if len(anomalies) <= most {
		return anomalies
	}
	rest := anomalies[most:]
	kept := anomalies[:most]
	var lost, updates int64
	for _, a := range rest {
		lost += a.Lost
		updates += a.Updates
	}
	return append(kept, checkers.Anomaly{
		Name: rest[0].Name, Object: fmt.Sprintf("%d more", len(rest)), Lost: lost, Updates: updates,
		Message: fmt.Sprintf("and %d more objects in the same way.", len(rest)),
	})
}
