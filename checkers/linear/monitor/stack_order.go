package monitor

import (
	"cmp"
	"slices"
)

// What happens at one time in a stack happens in this order.
const (
	popping = iota
	findingNone
	passing // in and out in one go
	pushing
)

// step is what happens at some time.
type step struct {
	time  int64
	what  int
	until int64 // when a value that is pushed is popped
	of    int32 // a value, or the place of a pop that found nothing
}

// stackOrder gives an order of the operations that explains a legal history. A value that is removed later than another is
// moved out of the way of the bare times that had been found until then, and all are out of the way of the pops that
// found nothing.
func (s *store) stackOrder() []int32 {
	empties, _ := s.emptyTimes()
	spans := peel(s.values, true).spans
	var steps []step
	for _, t := range empties {
		steps = append(steps, step{t.time, findingNone, 0, t.of})
	}
	for i := range s.values {
		h, value := &s.values[i], int32(i)
		if !h.sure() {
			steps = append(steps, step{h.takeCall, passing, 0, value})
			continue
		}
		span := avoid(spans[i], h, empties)
		steps = append(steps, step{span.from, pushing, span.to, value})
		if span.to < Never {
			steps = append(steps, step{span.to, popping, 0, value})
		}
	}
	slices.SortFunc(steps, func(a, b step) int {
		// Of two that are pushed at one time the one that is popped last comes first.
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.what, b.what), cmp.Compare(b.until, a.until))
	})
	return s.play(steps)
}

// avoid narrows the span of a value such that it does not contain a time at which the stack was found empty.
func avoid(span gap, h *held, empties []moment) gap {
	byTime := func(t moment, time int64) int { return cmp.Compare(t.time, time) }
	next, same := slices.BinarySearchFunc(empties, h.putReturn, byTime)
	if same {
		span.from = h.putReturn
	} else if next > 0 {
		span.from = max(span.from, empties[next-1].time)
	}
	if next, _ := slices.BinarySearchFunc(empties, h.takeCall, byTime); next < len(empties) {
		span.to = min(span.to, empties[next].time)
	}
	return span
}

// play writes down what happens. What is popped is whatever is on top.
func (s *store) play(steps []step) []int32 {
	var order, inside []int32
	for _, step := range steps {
		switch step.what {
		case findingNone:
			order = append(order, step.of)
		case passing:
			order = append(order, s.values[step.of].put, s.values[step.of].take)
		case pushing:
			order, inside = append(order, s.values[step.of].put), append(inside, step.of)
		case popping:
			top := inside[len(inside)-1]
			order, inside = append(order, s.values[top].take), inside[:len(inside)-1]
		}
	}
	return order
}
