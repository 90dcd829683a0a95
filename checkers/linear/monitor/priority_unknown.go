package monitor

import (
	"cmp"
	"slices"
)

// errand is a value that no known poll took and that some poll of unknown outcome must take, if polls happen as in the
// walk where all such values may go: early.
type errand struct {
	value int32 // its index
	due   int32 // the first rank at which a greater value is taken while it may be there
	must  int32 // the last rank by which it must be gone, whenever the greater values are taken
	by    need  // the poll because of which it must be gone by then
}

// guess decides whether the polls of unknown outcome can take what must be gone, after a walk in which all values that no
// known poll took may go from the first of them on.
//
// If everything else happens as in that walk, then such a value is best taken just before the next greater one is, which
// at that time keeps nobody waiting. What is left is to give each such value a poll that is called by then, and the
// earliest calls serve the earliest. That explains the history. On the other hand no value can be taken earlier than in
// that walk, so a value that may be there at that time must be gone when the poll of the greater one returns, at the
// latest. If that leaves too few polls, the history is illegal. It may be neither, where waiting with a poll gives a poll
// of unknown outcome the time to be called.
func (q *priorities) guess() (Status, func() Result) {
	errands := q.errands()
	slices.SortFunc(errands, func(a, b errand) int { return cmp.Compare(a.due, b.due) })
	if q.short(errands, func(e errand) int32 { return e.due }) < 0 {
		for i := range q.values {
			if s := &q.values[i]; s.poll == noPlace {
				s.taken = int32(len(q.times))
			}
		}
		for i, e := range errands {
			q.values[e.value].poll, q.values[e.value].taken = q.unknown[i], e.due
		}
		return Legal, nil
	}
	slices.SortFunc(errands, func(a, b errand) int { return cmp.Compare(a.must, b.must) })
	if n := q.short(errands, func(e errand) int32 { return e.must }); n >= 0 {
		return Illegal, func() Result { return q.errandCore(errands[:n+1]) }
	}
	return Unsuited, nil
}

// short gives the first of the errands, in order of their time, for which there is no poll, or -1.
func (q *priorities) short(errands []errand, by func(errand) int32) int {
	for i, e := range errands {
		if i >= len(q.unknown) || q.rank[q.unknown[i]] > by(e) {
			return i
		}
	}
	return -1
}

// errands finds the values that must be gone.
func (q *priorities) errands() []errand {
	var errands []errand
	greater := newNeeds(len(q.times))
	for i, s := range q.empties {
		greater.add(need{s.taken, s.last, int32(len(q.values) + i)})
	}
	for i, s := range slices.Backward(q.values) {
		if s.poll != noPlace {
			greater.add(need{s.taken, s.last, int32(i)})
			continue
		}
		if due, must := greater.since(s.from); due.by != noPlace {
			errands = append(errands, errand{int32(i), due.taken, must.last, must})
		}
	}
	return errands
}

// need is a poll that needs smaller values to be gone.
type need struct {
	taken, last int32
	by          int32 // the index of its value, or of the poll that found nothing after those
}

// needs tells, of polls that were added, which is the first that happens from a rank on, and which of those is to return
// first. It is a binary indexed tree (Fenwick, "A new data structure for cumulative frequency tables", 1994) of least
// values, the latest rank first.
type needs struct{ first, urgent []need }

func newNeeds(ranks int) needs {
	n := needs{make([]need, ranks+1), make([]need, ranks+1)}
	for i := range n.first {
		n.first[i].by, n.urgent[i].by = noPlace, noPlace
	}
	return n
}

func (n needs) add(a need) {
	for i := len(n.first) - 1 - int(a.taken); i < len(n.first); i += i & -i {
		n.first[i], n.urgent[i] = earlier(n.first[i], a), sooner(n.urgent[i], a)
	}
}

// since gives needs whose by is noPlace if there is no poll from a rank on.
func (n needs) since(rank int32) (first, urgent need) {
	first.by, urgent.by = noPlace, noPlace
	for i := len(n.first) - 1 - int(rank); i > 0; i -= i & -i {
		first, urgent = earlier(first, n.first[i]), sooner(urgent, n.urgent[i])
	}
	return first, urgent
}

func earlier(a, b need) need {
	if a.by == noPlace || b.by != noPlace && b.taken < a.taken {
		return b
	}
	return a
}

func sooner(a, b need) need {
	if a.by == noPlace || b.by != noPlace && b.last < a.last {
		return b
	}
	return a
}
