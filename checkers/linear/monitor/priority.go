package monitor

import "fmt"

// PriorityQueue decides histories of [Put], [Poll] and [PollEmpty] in which no value is put twice, the smallest first. It
// is exact for all of them whose polls have all a known outcome, puts of unknown outcome included, in O(n log n); polls of
// unknown outcome leave a rest, see below.
//
// The idea is Lee & Mathur's. Whether a value may be taken at some time depends on smaller values alone: none may be
// there. So values are tried in order, the smallest first. Each is taken as early as possible: at the first time from the
// calls of its put and its poll on at which no smaller value must be there. It is put as late as possible: when its put
// returns, or just before it is taken. So it must be there between the return of its put and that time, and forever if it
// is never taken. That is the shortest stay that any order allows it, whatever the smaller values do, so nothing is lost
// by fixing it, and the history is illegal if a value finds no time before its poll returns. A poll that found nothing is
// taken like a value greater than all. A put of unknown outcome never happened if its value was not taken, and else it
// happened just before. Times at which something is taken are times of calls, so only those count.
//
// A poll of unknown outcome that never took effect explains a history if anything does with so few. One can take any value
// that nobody else took, so a history is illegal if it is even where all such values may go from the first call of such
// a poll on. Between the two see guess.
func PriorityQueue(p *Part) Result {
	q, result := newPriorities(p)
	if q == nil {
		return result
	}
	status, prove := q.decide()
	switch status {
	case Illegal:
		return prove()
	case Unsuited:
		return unsuited("which values the polls of unknown outcome took cannot be told")
	}
	return Result{Status: Legal, Order: q.order()}
}

// decide gives a verdict, and what proves it if it is illegal.
func (q *priorities) decide() (Status, func() Result) {
	q.stayUntil(int32(len(q.times)))
	failed := q.walk()
	if failed == nil {
		return Legal, nil
	}
	if len(q.unknown) > 0 {
		q.stayUntil(q.rank[q.unknown[0]])
		if failed = q.walk(); failed == nil {
			return q.guess()
		}
	}
	return Illegal, func() Result { return q.coverCore(failed) }
}

// stayUntil says when those that no known poll took may go.
func (q *priorities) stayUntil(gone int32) {
	for i := range q.values {
		q.values[i].gone = gone
	}
}

// priorities is the history of a priority queue. Times are ranks among the times at which operations were called, and
// len(times) stands for later than all.
type priorities struct {
	p       *Part
	times   []int64 // the different times of calls
	rank    []int32 // by place: of its call in times
	values  []stay  // in order of priority
	empties []stay  // polls that found nothing
	unknown []int32 // places of the polls of unknown outcome, in order of call

	free []int32 // by rank: where to look for the first time, not before it, at which no value must be there
}

// stay is how long a value was there. A poll that found nothing is as if it took a value that never kept others waiting.
type stay struct {
	value     int64
	put, poll int32 // places, or noPlace
	from      int32 // the first rank after the return of its put, from which on it must be there
	start     int32 // the first rank at which it can be taken, not before the calls of its put and its poll
	last      int32 // the last rank at which it can be taken
	gone      int32 // the first rank at which it can go if no known poll took it
	taken     int32 // the rank at which it goes
}

// walk gives every value the shortest stay. It gives the one that fails, or nil.
func (q *priorities) walk() *stay {
	q.begin()
	for i := range q.values {
		if s := &q.values[i]; !q.shortest(s) {
			return s
		}
	}
	for i := range q.empties {
		if s := &q.empties[i]; !q.shortest(s) {
			return s
		}
	}
	return nil
}

// begin has a walk begin.
func (q *priorities) begin() {
	if q.free == nil {
		q.free = make([]int32, len(q.times)+1)
	}
	for i := range q.free {
		q.free[i] = int32(i)
	}
}

// shortest gives the next value its shortest stay, or a poll that found nothing its time. It says whether that is in time.
func (q *priorities) shortest(s *stay) bool {
	switch {
	case s.put == noPlace:
		s.taken = q.find(s.start)
		return s.taken <= s.last
	case s.poll == noPlace:
		s.taken = q.find(max(s.gone, s.start))
	default:
		s.taken = q.find(s.start)
	}
	for at := q.find(s.from); at < s.taken; at = q.find(at) {
		q.free[at] = at + 1
	}
	return s.poll == noPlace || s.taken <= s.last
}

// find gives the first rank, not before one, at which no value so far must be there. It shortens the way for the next.
func (q *priorities) find(at int32) int32 {
	for q.free[at] != at {
		q.free[at] = q.free[q.free[at]]
		at = q.free[at]
	}
	return at
}

// pair makes stays of the puts and polls, which are in order of value. It gives what is wrong with them, if anything is.
func (q *priorities) pair(parts []priorityPart) *Result {
	for len(parts) > 0 {
		n := 1
		for n < len(parts) && parts[n].value == parts[0].value {
			n++
		}
		if result := q.one(parts[:n]); result != nil {
			return result
		}
		parts = parts[n:]
	}
	return nil
}

// one makes the stay of one value, if it was ever there.
func (q *priorities) one(parts []priorityPart) *Result {
	s := stay{value: parts[0].value, put: noPlace, poll: noPlace}
	var again *priorityPart
	for i := range parts {
		switch part := &parts[i]; {
		case !part.poll && s.put != noPlace:
			result := unsuited(fmt.Sprintf("value %d was put twice", s.value))
			return &result
		case !part.poll:
			s.put, s.from, s.start = part.place, part.bound, max(s.start, part.called)
		case s.poll != noPlace:
			again = part
		default:
			s.poll, s.last, s.start = part.place, part.bound, max(s.start, part.called)
		}
	}
	switch {
	case s.poll != noPlace && (s.put == noPlace || s.start > s.last):
		return q.illegal(RulePhantomRead, []int32{s.put}, s.poll)
	case again != nil:
		return q.illegal(RuleDuplicateDelivery, []int32{s.put}, s.poll, again.place)
	case s.poll != noPlace || q.p.Ops[s.put].known():
		q.values = append(q.values, s)
	}
	return nil
}
