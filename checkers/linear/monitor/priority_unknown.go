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
	by    int32 // the greater thing because of which it must be gone by then
}

// guess decides whether the polls of unknown outcome can take what must be gone, after a walk in which all values that no
// known poll took may go from the first of them on.
//
// If everything else happens as in that walk, then such a value is best taken just before the next greater one is, which
// at that time keeps nobody waiting. What is left is to give each such value a poll that is called by then, and the
// earliest calls serve the earliest. That explains the history. On the other hand no value can be taken earlier than in
// that walk, so a value that may be there at that time must be gone when the poll of the greater one returns, at the
// latest. If that leaves too few polls, the history is illegal.
//
// It may be neither, where waiting with a poll gives one of unknown outcome the time to be called. Then the earliest calls
// are given to those that must be gone first, and if a walk in which these stay until then finds a time for everybody, it
// explains the history.
func (q *priorities) guess() (Status, func() Result) {
	errands := q.errands()
	slices.SortFunc(errands, func(a, b errand) int { return cmp.Compare(a.due, b.due) })
	if q.short(errands, func(e errand) int32 { return e.due }) < 0 {
		q.goWhenDue(errands)
		q.take(errands)
		return Legal, nil
	}
	slices.SortFunc(errands, func(a, b errand) int {
		return cmp.Or(cmp.Compare(a.must, b.must), cmp.Compare(a.due, b.due))
	})
	if n := q.short(errands, func(e errand) int32 { return e.must }); n >= 0 {
		return Illegal, func() Result { return q.errandCore(errands[:n+1]) }
	}
	q.stayUntil(int32(len(q.times)))
	for i, e := range errands {
		q.values[e.value].gone = q.rank[q.unknown[i]]
	}
	if q.walk() != nil {
		return Unsuited, nil
	}
	q.take(errands)
	return Legal, nil
}

// goWhenDue lets values stay until they are due, or forever.
func (q *priorities) goWhenDue(errands []errand) {
	for i := range q.values {
		if s := &q.values[i]; s.poll == noPlace {
			s.taken = int32(len(q.times))
		}
	}
	for _, e := range errands {
		q.values[e.value].taken = e.due
	}
}

// take gives each value a poll of unknown outcome.
func (q *priorities) take(errands []errand) {
	for i, e := range errands {
		q.values[e.value].poll = q.unknown[i]
	}
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
	greater := q.newNeeds()
	for i := range q.empties {
		greater.add(int32(len(q.values) + i))
	}
	for i := len(q.values) - 1; i >= 0; i-- {
		if q.values[i].poll != noPlace {
			greater.add(int32(i))
			continue
		}
		if first, urgent := greater.since(q.values[i].from); first != noPlace {
			errands = append(errands, errand{int32(i), q.thing(first).taken, q.thing(urgent).last, urgent})
		}
	}
	return errands
}

// thing gives a value, or after all values a poll that found nothing.
func (q *priorities) thing(i int32) *stay {
	if n := int(i) - len(q.values); n >= 0 {
		return &q.empties[n]
	}
	return &q.values[i]
}

// needs tells, of the things that were added and are taken from a rank on, which is taken first, and the poll of which must
// return first. It is a binary indexed tree (Fenwick, "A new data structure for cumulative frequency tables", 1994) of
// least things, the latest rank first.
type needs struct {
	q             *priorities
	first, urgent []int32
}

func (q *priorities) newNeeds() needs {
	none := slices.Repeat([]int32{noPlace}, len(q.times)+1)
	return needs{q, none, slices.Clone(none)}
}

func (n needs) add(thing int32) {
	for i := len(n.q.times) - int(n.q.thing(thing).taken); i < len(n.first); i += i & -i {
		n.first[i], n.urgent[i] = n.earlier(n.first[i], thing), n.sooner(n.urgent[i], thing)
	}
}

// since gives noPlace twice if nothing is taken from a rank on.
func (n needs) since(rank int32) (first, urgent int32) {
	first, urgent = noPlace, noPlace
	for i := len(n.q.times) - int(rank); i > 0; i -= i & -i {
		first, urgent = n.earlier(first, n.first[i]), n.sooner(urgent, n.urgent[i])
	}
	return first, urgent
}

func (n needs) earlier(a, b int32) int32 {
	if a == noPlace || b != noPlace && n.q.thing(b).taken < n.q.thing(a).taken {
		return b
	}
	return a
}

func (n needs) sooner(a, b int32) int32 {
	if a == noPlace || b != noPlace && n.q.thing(b).last < n.q.thing(a).last {
		return b
	}
	return a
}
