package monitor

import (
	"cmp"
	"slices"
)

// order is the order of the stays. At one time first values are taken, the smallest first, each put just before if its put
// had not returned; then the queue is found empty; then values are put that stay.
func (q *priorities) order() []int32 {
	if !q.p.Witness {
		return nil
	}
	var steps []priorityStep
	for i := range q.values {
		steps = q.values[i].steps(steps, q)
	}
	for i := range q.empties {
		s := &q.empties[i]
		steps = append(steps, priorityStep{q.times[s.taken], foundEmpty, s.poll})
	}
	slices.SortStableFunc(steps, func(a, b priorityStep) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.phase, b.phase))
	})
	order := make([]int32, len(steps))
	for i, s := range steps {
		order[i] = s.place
	}
	return order
}

// The phases of one time.
const (
	takenNow = iota
	foundEmpty
	putToStay
)

// priorityStep is when an operation takes effect.
type priorityStep struct {
	time  int64
	phase int
	place int32
}

// steps adds the put of a value, and its poll if it is taken.
func (s *stay) steps(steps []priorityStep, q *priorities) []priorityStep {
	put := priorityStep{q.p.Ops[s.put].Return, putToStay, s.put}
	if s.poll == noPlace || int(s.taken) == len(q.times) {
		return append(steps, put)
	}
	poll := priorityStep{q.times[s.taken], takenNow, s.poll}
	if put.time >= poll.time {
		put.time, put.phase = poll.time, takenNow
	}
	return append(steps, put, poll)
}
