package monitor

import (
	"cmp"
	"math"
	"slices"
)

// forgetQueue keeps of a queue's history what is inside, what was taken out since an operation was called that is not
// over, and the operations of unknown outcome that may still have an effect. That is what has to do with times from
// couples.settled on; call that time s.
//
// Whatever comes, a finished dequeue took the value that it is coupled with, and every other dequeue whose outcome is known
// took effect at s or later. A value that no finished dequeue took is hence inside until s, if its enqueue returned before,
// unless one of unknown outcome took it. By the conditions of [Queue], it must have been taken by a time before s, t, if
// and only if its enqueue returned before that of a value was called that was taken out by t; or before t, if some dequeue
// found nothing at t. With each such value that holds for all those whose enqueue returned earlier. So some first k must
// have been taken, and supposing that the first k dequeues of unknown outcome did is exact; see Queue.
//
// A dequeue that found nothing asks for least at the first time that it can have: the values that must be gone at a later
// time are more. If that is before s and asks for none but the first k, it is settled. If it asks for more, it may still
// have been later, since somebody known may take them; then it is called no sooner than at that time, nor later than at s,
// which takes nothing from it.
//
// So these go: the values taken out by a dequeue that returned before s; the first k values and dequeues of unknown
// outcome; and dequeues that found nothing and are settled. Without them nobody has less room, so the rest is legal if all
// is. And if the rest is, all is: none that is gone was inside at s or later; the values that stay are taken at s or later,
// or they were put in when all those were called that are gone, or they are finished and get along with these, as the
// history is legal so far; and no dequeue that found nothing is called before a time at which it could.
//
// With values that are put in twice that holds as well: give each a name of its own, and the conditions tell of this.
func forgetQueue(p *Part, until int64) (rest *Part, from []int32) {
	c := coupled(p, until, trade{put: Enqueue, take: Dequeue, empty: DequeueEmpty})
	s := c.store()
	late, legal := c.firstEmpty(s)
	taken := s.leftBefore(c.mustBeGone(s, late))
	if !legal || taken > len(c.loose) {
		return keepAll(p)
	}
	gone := make([]bool, len(p.Ops))
	for i := range s.values {
		if h := &s.values[i]; h.takeReturn < c.settled {
			gone[h.put], gone[h.take] = true, true
		}
	}
	for i := range taken {
		gone[s.values[s.left[i]].put], gone[c.loose[i]] = true, true
	}
	for _, m := range late {
		gone[m.of] = m.time < c.settled && s.leftBefore(m.time) <= taken
	}
	return c.without(gone, late)
}

// store has what the finished operations tell, with the values that they left in turn for the dequeues of unknown outcome.
func (c *couples) store() *store {
	s := &store{ops: c.Ops, loose: c.loose}
	for i := range c.Ops {
		put, other := &c.Ops[i], c.with[i]
		switch {
		case put.Kind != Enqueue:
		case other != noPlace:
			take := &c.Ops[other]
			s.values = append(s.values, held{
				put.Call, min(put.Return, take.Return), max(take.Call, put.Call), take.Return, int32(i), other,
			})
		case put.known():
			s.values = append(s.values, held{put.Call, put.Return, Never, Never, int32(i), -1})
		}
	}
	s.sort()
	s.supposeInTurn()
	return s
}

// firstEmpty gives the first time at which a finished dequeue can have found nothing, or couples.settled if that is
// earlier. Legal is false if it had to be earlier still.
func (c *couples) firstEmpty(s *store) (late []moment, legal bool) {
	gaps := s.gaps()
	for _, place := range c.absent {
		op := &c.Ops[place]
		for len(gaps) > 0 && gaps[0].to < op.Call {
			gaps = gaps[1:]
		}
		first := c.settled
		if len(gaps) > 0 {
			first = min(first, max(op.Call, gaps[0].from))
		}
		if first > op.Return {
			return nil, false
		}
		late = append(late, moment{first, place})
	}
	return late, true
}

// mustBeGone gives a time: the values left whose enqueues returned before it must have been taken.
func (c *couples) mustBeGone(s *store, late []moment) int64 {
	before := int64(math.MinInt64)
	for i := range s.values {
		if h := &s.values[i]; h.takeReturn < c.settled {
			before = max(before, h.putCall)
		}
	}
	for _, m := range late {
		if c.Ops[m.of].Return < c.settled {
			before = max(before, m.time)
		}
	}
	return before
}

// leftBefore counts the values left whose put returned before a time.
func (s *store) leftBefore(time int64) int {
	n, _ := slices.BinarySearchFunc(s.left, time, func(value int32, time int64) int {
		return cmp.Compare(s.values[value].putReturn, time)
	})
	return n
}
