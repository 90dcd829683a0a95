package monitor

import (
	"cmp"
	"slices"
)

// sweep decides a history of any deltas. It goes through the returns in order of time, and keeps all configurations
// that the history may be in; there is an order if, and only if, one is left at the end. An operation that is still open
// at a return can be taken later just as well, unless it helps now. So at a return only those configurations move on
// which have not taken the operation that returns, and only
//
//   - to it, and
//   - on the way to it, to states that open sights saw (stops), by additions of which no part adds up to zero, because
//     such a part can be taken later at once. A read at the state that it saw is taken as soon as it can be.
//
// (Taking late is Lowe's just-in-time linearization, "Testing for linearizability", 2017.) Of the additions of one delta,
// a class, that which returns first is taken first: they are alike but for that. Which additions of a class are left is
// not told by how many were taken, since it also depends on when: configurations are compared by what is left, and those
// that are no better than another are dropped.
//
// The number of configurations is polynomial in how many operations are open at once, for a fixed number of classes and
// sights, and exponential in those. Beyond an explicit effort the answer is Unsuited.
type sweep struct {
	*sums
	deltas  []int64   // of the classes, the largest first, whatever the sign
	first   []int32   // by class: the first rank of its certain blind additions
	ranked  []int32   // certain blind additions by class, return and place
	sighted []int32   // sights by state and delta, then by return and place
	unsure  [][]int32 // by class: blind additions of unknown outcome, by call
	rank    []int32   // by place: where it is in ranked, sighted, or its class, of unsure
	called  []int32   // by class: how many of unsure were called
	rising  bool
	witness bool
	effort  int
	live    []*config
	next    *front // configurations that took what returns
	here    *front // configurations on their way to it
}

// effortFor is how many configurations are looked at before the sweep gives up: some for each operation, and enough for
// a hard moment.
func effortFor(ops int) int { return 1<<21 + 16*ops }

func newSweep(s *sums, effort int, witness bool) *sweep {
	w := &sweep{sums: s, rising: s.falls == 0, effort: effort, witness: witness}
	w.sortClasses()
	w.rank = make([]int32, len(s.ops))
	w.unsure = make([][]int32, len(w.deltas))
	w.called = make([]int32, len(w.deltas))
	for _, place := range s.blind {
		class := w.class(place)
		if s.ops[place].known() {
			w.ranked = append(w.ranked, place)
		} else {
			w.unsure[class] = append(w.unsure[class], place)
			w.rank[place] = int32(class)
		}
	}
	w.sighted = slices.Clone(s.sights)
	slices.SortFunc(w.ranked, func(a, b int32) int { return cmp.Or(cmp.Compare(w.class(a), w.class(b)), w.byReturn(a, b)) })
	slices.SortFunc(w.sighted, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.seen(a), s.seen(b)), cmp.Compare(s.step(a), s.step(b)), w.byReturn(a, b))
	})
	for rank, place := range w.ranked {
		w.rank[place] = int32(rank)
	}
	for rank, place := range w.sighted {
		w.rank[place] = int32(rank)
	}
	w.first = make([]int32, len(w.deltas))
	for class := range w.deltas {
		at, _ := slices.BinarySearchFunc(w.ranked, class, func(place int32, class int) int { return w.class(place) - class })
		w.first[class] = int32(at)
	}
	return w
}

func (w *sweep) sortClasses() {
	known := map[int64]bool{}
	for _, place := range w.blind {
		if delta := w.step(place); !known[delta] {
			known[delta] = true
			w.deltas = append(w.deltas, delta)
		}
	}
	slices.SortFunc(w.deltas, byWeight)
}

// byWeight orders deltas by size, the largest first, and equally large ones by sign.
func byWeight(a, b int64) int { return cmp.Or(cmp.Compare(max(b, -b), max(a, -a)), cmp.Compare(a, b)) }

func (w *sweep) class(place int32) int {
	class, _ := slices.BinarySearchFunc(w.deltas, w.step(place), byWeight)
	return class
}

func (w *sweep) byReturn(a, b int32) int {
	return cmp.Or(cmp.Compare(w.ops[a].Return, w.ops[b].Return), cmp.Compare(a, b))
}

// decide gives the verdict; if illegal, without the core, but with the operation whose return no configuration outlived.
func (w *sweep) decide() (Result, int32) {
	w.live = []*config{{state: w.start, spent: make([]int32, len(w.deltas))}}
	w.next, w.here = newFront(), newFront()
	called := int32(0)
	for _, place := range w.returns() {
		for ; int(called) < len(w.ops) && w.ops[called].Call <= w.ops[place].Return; called++ {
			w.call(called)
		}
		w.settle(place)
		switch {
		case w.effort < 0:
			return unsuited("additions of several deltas leave too many possibilities"), -1
		case len(w.live) == 0:
			return Result{Status: Illegal}, place
		}
	}
	return Result{Status: Legal, Order: w.live[0].trail.order()}, -1
}

// returns gives sights and certain blind additions in order of return.
func (w *sweep) returns() []int32 {
	all := slices.Concat(w.ranked, w.sighted)
	slices.SortFunc(all, w.byReturn)
	return all
}

// call adds an operation to what the configurations have open.
func (w *sweep) call(place int32) {
	op := &w.ops[place]
	sight := op.Kind != Add && op.known()
	if !sight && w.step(place) == 0 {
		return // idle, or a read of unknown outcome
	}
	if !sight && !op.known() {
		w.called[w.rank[place]]++
		return
	}
	for _, c := range w.live {
		w.effort--
		switch {
		case !sight:
			c.open = insert(c.open, w.rank[place])
		case w.step(place) == 0 && w.seen(place) == c.state:
			w.note(c, place)
		default:
			c.want = insert(c.want, w.rank[place])
		}
	}
}

// settle takes the operation that returns in all configurations, and drops those that cannot.
func (w *sweep) settle(place int32) {
	if len(w.live) == 1 && !w.owes(w.live[0], place) {
		return
	}
	clear(w.next.byState)
	clear(w.here.byState)
	for _, c := range w.live {
		if w.owes(c, place) {
			w.explore(c, place)
		} else {
			w.next.add(w, c)
		}
		if w.effort < 0 {
			return
		}
	}
	w.live = append(w.live[:0], w.next.list()...)
}

// owes says whether an operation that was called is still to be taken.
func (w *sweep) owes(c *config, place int32) bool {
	ranks := c.open
	if w.sees(place) {
		ranks = c.want
	}
	_, ok := slices.BinarySearch(ranks, w.rank[place])
	return ok
}

// sees says whether a certain operation is a sight.
func (w *sweep) sees(place int32) bool { return w.ops[place].Kind != Add }

// note remembers what was taken, for a witness.
func (w *sweep) note(c *config, place int32) {
	if w.witness {
		c.trail = &trail{place, c.trail}
	}
}

func (t *trail) order() []int32 {
	var order []int32
	for ; t != nil; t = t.before {
		order = append(order, t.place)
	}
	slices.Reverse(order)
	return order
}

