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
	*pool
	come int32 // how many operations were called
	live []*config
	next *front // configurations that took what returns
	here *front // configurations on their way to it
}

func newSweep(s *sums, effort int, witness bool) *sweep {
	w := &sweep{pool: newPool(s, effort, witness)}
	w.next, w.here = newFront(w.asGood), newFront(w.asGood)
	w.sighted = slices.Clone(s.sights)
	slices.SortFunc(w.sighted, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.seen(a), s.seen(b)), cmp.Compare(s.step(a), s.step(b)), s.byReturn(a, b))
	})
	for rank, place := range w.sighted {
		w.rank[place] = int32(rank)
	}
	w.live = []*config{w.begin()}
	return w
}

// run gives the verdict; if illegal, without its core, but with the operation whose return no configuration outlived.
func (w *sweep) run() (Result, int32) {
	for _, place := range w.returns() {
		w.reach(place)
		switch {
		case w.effort < 0:
			return unsuited(tooMany), -1
		case len(w.live) == 0:
			return Result{Status: Illegal}, place
		}
	}
	return Result{Status: Legal, Order: w.live[0].trail.order()}, -1
}

// reach goes on to the next return.
func (w *sweep) reach(place int32) {
	for ; int(w.come) < len(w.ops) && w.ops[w.come].Call <= w.ops[place].Return; w.come++ {
		w.call(w.come)
	}
	w.settle(place)
}

// returns gives sights and certain blind additions in order of return.
func (w *sweep) returns() []int32 {
	all := slices.Concat(w.ranked, w.sighted)
	slices.SortFunc(all, w.byReturn)
	return all
}

// call adds an operation to what the configurations have open.
func (w *sweep) call(place int32) {
	sight := w.ops[place].known() && w.sees(place)
	if !sight {
		if w.step(place) != 0 {
			w.callAdd(w.live, place)
		}
		return
	}
	for _, c := range w.live {
		w.effort -= weight(c)
		if w.step(place) == 0 && w.seen(place) == c.state {
			w.note(c, place)
		} else {
			c.want = insert(c.want, w.rank[place])
		}
	}
}

// settle takes the operation that returns in all configurations, and drops those that cannot.
func (w *sweep) settle(place int32) {
	if len(w.live) == 1 && !w.owes(w.live[0], place) {
		return
	}
	w.next.reset()
	w.here.reset()
	for _, c := range w.live {
		if w.owes(c, place) {
			w.explore(c, place)
		} else {
			w.next.add(w.pool, c)
		}
		if w.effort < 0 {
			return
		}
	}
	w.live = w.next.list(w.live[:0])
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

func (t *trail) order() []int32 {
	var order []int32
	for ; t != nil; t = t.before {
		order = append(order, t.place)
	}
	slices.Reverse(order)
	return order
}

// suspects gives the operations that a proof which ends at a return may need, the likeliest last: those that returned
// by then. Of the others only the calls were looked at.
func (w *sweep) suspects(last int32) []int32 {
	all := w.returns()
	return all[:slices.Index(all, last)+1]
}
