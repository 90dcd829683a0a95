package monitor

import (
	"math"
	"slices"
)

// queueOrder gives an order of the operations that explains a legal history, in which the dequeues that found nothing
// take effect at these times.
func (s *store) queueOrder(times []moment) []int32 {
	values := split(s.values, times)
	w := queueWitness{values: values, turns: extend(values), put: math.MinInt64, at: math.MinInt64}
	for i, turn := range w.turns {
		h := &values[turn]
		for len(times) > 0 && times[0].time <= h.putReturn {
			w.dequeue(i, Never-1)
			w.order, times = append(w.order, times[0].of), times[1:]
		}
		w.put = max(w.put, h.putCall)
		w.dequeue(i, w.put)
		w.order = append(w.order, h.put)
	}
	w.dequeue(len(w.turns), Never-1)
	for _, t := range times {
		w.order = append(w.order, t.of)
	}
	return w.order
}

// queueWitness is an order in the making. Each value is put in and taken out as early as those before it allow.
type queueWitness struct {
	values []held
	turns  []int32 // the values, as they go through the queue
	order  []int32
	put    int64 // when the last value was put in
	taken  int   // how many values were taken out
	at     int64 // when the last of them was
}

// dequeue takes out what can be by a time, of the first values.
func (w *queueWitness) dequeue(first int, until int64) {
	for ; w.taken < first; w.taken++ {
		h := &w.values[w.turns[w.taken]]
		if max(w.at, h.takeCall) > until {
			return
		}
		w.at = max(w.at, h.takeCall)
		w.order = append(w.order, h.take)
	}
}

// split narrows the times of the values such that none is inside at any of these times.
func split(values []held, times []moment) []held {
	values = slices.Clone(values)
	for i := range values {
		h := &values[i]
		next, _ := slices.BinarySearchFunc(times, h.putReturn, func(t moment, at int64) int {
			if t.time <= at {
				return -1
			}
			return 1
		})
		if next > 0 {
			h.putCall = max(h.putCall, times[next-1].time)
			h.takeCall = max(h.takeCall, h.putCall)
		}
		if next < len(times) {
			h.takeReturn = min(h.takeReturn, times[next].time)
		}
	}
	return values
}

// extend gives an order of the values in which none comes after one that was put in, or was taken out, later for sure. The
// next may be any that was not called, to put in or to take out, after another of the rest had returned.
func extend(values []held) []int32 {
	by := func(time func(h *held) int64) []moment {
		all := make([]moment, len(values))
		for i := range values {
			all[i] = moment{time(&values[i]), int32(i)}
		}
		sortMoments(all)
		return all
	}
	in := walk{calls: by(func(h *held) int64 { return h.putCall }), returns: by(func(h *held) int64 { return h.putReturn })}
	out := walk{calls: by(func(h *held) int64 { return h.takeCall }), returns: by(func(h *held) int64 { return h.takeReturn })}
	free, gone := make([]uint8, len(values)), make([]bool, len(values))
	var ready, order []int32
	for len(order) < len(values) {
		for _, f := range []*walk{&in, &out} {
			for _, i := range f.advance(gone) {
				if free[i.of]++; free[i.of] == 2 {
					ready = append(ready, i.of)
				}
			}
		}
		next := ready[len(ready)-1]
		ready, gone[next] = ready[:len(ready)-1], true
		order = append(order, next)
	}
	return order
}

// walk walks over one interval order from its least elements to its greatest.
type walk struct{ calls, returns []moment }

// advance gives those that have become least since it was asked before.
func (f *walk) advance(gone []bool) []moment {
	for len(f.returns) > 0 && gone[f.returns[0].of] {
		f.returns = f.returns[1:]
	}
	n := 0
	for n < len(f.calls) && len(f.returns) > 0 && f.calls[n].time <= f.returns[0].time {
		n++
	}
	least := f.calls[:n]
	f.calls = f.calls[n:]
	return least
}
