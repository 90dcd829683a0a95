package monitor

import (
	"math"
	"slices"
)

// rise puts blind additions of several deltas into the gaps of a ladder whose rungs fit. It goes up as fill does, but
// keeps all configurations that the choice of deltas leaves, and may give up.
//
// To return first is no longer reason enough to be taken first, because an addition of another delta may be left that
// returned before this one was called. Only those that were called before all that are left return can be next; of these,
// delta by delta, the first to return is.
type rise struct {
	*pool
	ladder *ladder
	next   int // of blind: those before were called in time for the gap at hand
	live   []*config
}

func newRise(l *ladder, effort int, witness bool) *rise {
	r := &rise{ladder: l, pool: newPool(l.sums, effort, witness)}
	r.live = []*config{r.begin()}
	return r
}

// run gives the verdict; if illegal, without its core, but with the rung that no configuration came by.
func (r *rise) run() (Result, int) {
	latest := int64(math.MinInt64)
	for k, place := range r.ladder.rungs {
		last := r.ops[r.ladder.soonest[k]].Return
		for ; r.next < len(r.blind) && r.ops[r.blind[r.next]].Call <= last; r.next++ {
			r.callAdd(r.live, r.blind[r.next])
			if r.effort < 0 {
				return unsuited(tooMany), -1
			}
		}
		if r.ladder.gap(k) > 0 {
			r.cross(r.seen(place))
		}
		for _, c := range r.live {
			c.state += r.step(place)
			r.note(c, place)
		}
		if call := r.ops[place].Call; call > latest {
			latest = call
			r.drop(latest)
		}
		switch {
		case r.effort < 0:
			return unsuited(tooMany), -1
		case len(r.live) == 0:
			return Result{Status: Illegal}, k
		}
	}
	if !r.witness {
		return Result{Status: Legal}, -1
	}
	return Result{Status: Legal, Order: r.withRest(r.live[0].trail.order())}, -1
}

// cross fills a gap in all ways, one addition after the other.
func (r *rise) cross(to int64) {
	seen := newFront(r.asGood)
	stack := r.live
	for len(stack) > 0 && r.effort >= 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !seen.add(r.pool, c) || c.state == to {
			continue
		}
		first := r.firstReturn(c)
		for class, delta := range r.deltas {
			if delta <= to-c.state {
				stack = r.take(stack, c, class, first)
			}
		}
	}
	r.live = seen.byState[to]
}

// asGood says whether a can do whatever b can: delta by delta, it has as many left, each of which was called no later
// and returns no earlier than its like. (Here not all that are left have been called when the next is taken.)
func (r *rise) asGood(a, b *config) bool {
	if len(a.open) != len(b.open) || !slices.Equal(a.spent, b.spent) {
		return false
	}
	for i, rank := range a.open {
		mine, other := r.ranked[rank], r.ranked[b.open[i]]
		if rank < b.open[i] || r.ops[mine].Call > r.ops[other].Call || r.step(mine) != r.step(other) {
			return false
		}
	}
	return true
}

// firstReturn is when the first of the additions that are left returns: none called later can come before it.
func (r *rise) firstReturn(c *config) int64 {
	first := Never
	for class := range r.deltas {
		if from, to := r.openOf(c, class); from < to {
			first = min(first, r.ops[r.ranked[c.open[from]]].Return)
		}
	}
	return first
}

// take adds the configuration after an addition of a class, if one was called in time. Of those the first to return is
// the best: if an order takes another instead, the two can change places.
func (r *rise) take(all []*config, c *config, class int, inTime int64) []*config {
	from, to := r.openOf(c, class)
	for _, rank := range c.open[from:to] {
		if place := r.ranked[rank]; r.ops[place].Call <= inTime {
			next := c.clone()
			next.open = remove(next.open, rank)
			return append(all, r.taken(next, place))
		}
	}
	if n := c.spent[class]; n < r.called[class] && r.ops[r.unsure[class][n]].Call <= inTime {
		next := c.clone()
		next.spent[class]++
		return append(all, r.taken(next, r.unsure[class][n]))
	}
	return all
}

func (r *rise) taken(c *config, place int32) *config {
	c.state += r.step(place)
	r.note(c, place)
	return c
}

// drop forgets configurations in which an addition is left that returned before a sight below was called.
func (r *rise) drop(latest int64) {
	kept := r.live[:0]
	for _, c := range r.live {
		if r.firstReturn(c) >= latest {
			kept = append(kept, c)
		}
	}
	r.live = kept
}

// suspects gives the operations that a proof which ends at a rung may need, the likeliest last: the sights up to it, those
// above whose returns bound the gaps below, and the certain additions that were called in time for one. No others were
// looked at.
func (r *rise) suspects(k int) []int32 {
	in := make([]bool, len(r.ops))
	for j := range k + 1 {
		in[r.ladder.rungs[j]], in[r.ladder.soonest[j]] = true, true
	}
	for _, place := range r.blind[:r.next] {
		in[place] = in[place] || r.ops[place].known()
	}
	return r.list(in, r.ladder.soonest[k], r.ladder.rungs[k])
}
