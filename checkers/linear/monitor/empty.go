package monitor

import (
	"math"
	"slices"
)

// gap is a closed interval of time in which no value is inside for sure.
type gap struct{ from, to int64 }

// gaps gives all of them in order: what the union of the critical intervals leaves over.
func (s *store) gaps() []gap {
	var gaps []gap
	from := int64(math.MinInt64)
	for _, i := range s.order {
		h := &s.values[i]
		if !h.sure() {
			continue
		}
		if h.putReturn >= from {
			gaps = append(gaps, gap{from, h.putReturn})
		}
		from = max(from, h.takeCall)
	}
	if from < Never {
		gaps = append(gaps, gap{from, Never})
	}
	return gaps
}

// emptyTimes gives for each operation that found nothing the earliest time at which it may have taken effect, or the
// place of the first for which there is none.
//
// Such an operation needs a time in which no value is inside for sure. In a queue and in a stack that suffices, because
// every other value can be moved out of the way of that time; see Queue and Stack.
func (s *store) emptyTimes() ([]moment, int32) {
	if len(s.absent) == 0 {
		return nil, -1
	}
	gaps, times := s.gaps(), make([]moment, 0, len(s.absent))
	for _, place := range s.absent {
		op := &s.ops[place]
		for len(gaps) > 0 && gaps[0].to < op.Call {
			gaps = gaps[1:]
		}
		if len(gaps) == 0 || gaps[0].from > op.Return {
			return nil, place
		}
		times = append(times, moment{max(op.Call, gaps[0].from), place})
	}
	sortMoments(times)
	return times, -1
}

// notEmpty proves that an operation cannot have found nothing: a shortest chain of values, each inside for sure before
// the one before it may be taken out, from its call to its return. Takes of unknown outcome must be supposed in turn.
func (s *store) notEmpty(place int32) *Result {
	op := &s.ops[place]
	core, rule, spans := []int32{place}, RuleNotEmpty, s.newSpans()
	next := 0
	for time, best := op.Call, int32(-1); time <= op.Return; {
		for ; next < len(s.order) && s.values[s.order[next]].putReturn < time; next++ {
			if i := s.order[next]; best < 0 || s.values[i].takeCall > s.values[best].takeCall {
				best = i
			}
		}
		if best < 0 {
			return refuse("an operation that found nothing could not be explained")
		}
		h := &s.values[best]
		if h.left() {
			rule = RuleLostElement
			spans.add(best, min(op.Return, h.takeCall-1))
		} else {
			core = append(core, h.put, h.take)
		}
		time = h.takeCall
	}
	return s.lost(rule, op.Return, append(core, spans.puts()...))
}

// spans are runs of the values that are left, by place in store.left; see guilty, which has one of them.
type spans struct {
	*store
	place []int32 // by value
	begin []int32 // by place: how many runs begin there, less those that ended before
}

func (s *store) newSpans() *spans {
	sp := &spans{store: s, place: make([]int32, len(s.values)), begin: make([]int32, len(s.left)+1)}
	for i, value := range s.left {
		sp.place[value] = int32(i)
	}
	return sp
}

// add has the run that ends with a value.
func (sp *spans) add(value int32, until int64) {
	last := sp.place[value]
	sp.begin[last-int32(sp.looseUntil(until))]++
	sp.begin[last+1]--
}

// puts gives who put in the values that are in some run.
func (sp *spans) puts() []int32 {
	var places []int32
	runs := int32(0)
	for i, value := range sp.left {
		if runs += sp.begin[i]; runs > 0 {
			places = append(places, sp.values[value].put)
		}
	}
	return places
}

// lost makes a verdict. Takes of unknown outcome that may have taken effect by a time have a say in what got lost.
func (s *store) lost(rule string, until int64, core []int32) *Result {
	var support []int32
	if n := s.looseUntil(until); rule == RuleLostElement && n > 0 {
		support = slices.Clone(s.loose[:n])
	}
	return provenIllegal(rule, support, core...)
}
