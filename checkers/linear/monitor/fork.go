package monitor

import "slices"

// fork is where the ways part in which a history may have gone: the last return after which a single configuration had
// come to which all go back that are live when the last operation that is over has returned. At is the return, as a place
// among those of a sweep, and way is the configuration, as a place among those that were live then.
type fork struct {
	at, way int
}

// fromFork leaves what was called and not taken at the fork, and all that was called later.
//
// The sweep is exact, and up to a return it does not look at what is called later. So whatever comes, there is a legal
// order if, and only if, one can go on from one of the live configurations; and then one can go on, from the fork, through
// what was called later. What is left has only those orders. If one single configuration is live at the end then nothing
// else is left than what is under way. And where the effort does not suffice, the live configurations are those
// before that, with all that was called later.
func (k *keptSums) fromFork() bool {
	effort := effortFor(len(k.ops))
	f := newSweep(k.sums, effort, false).fork(k.until)
	if f.at < 0 {
		return false
	}
	w := newSweep(k.sums, effort, false)
	for _, place := range w.returns()[:f.at+1] {
		w.reach(place)
	}
	c := w.live[f.way]
	k.begin(c.state)
	for _, rank := range c.open {
		k.keep(w.ranked[rank])
	}
	for _, rank := range c.want {
		k.keep(w.sighted[rank])
	}
	for class, spent := range c.spent {
		k.keepEach(w.unsure[class][spent:w.called[class]])
	}
	for place := w.come; int(place) < len(k.ops); place++ {
		if k.matters(place) {
			k.keep(place)
		}
	}
	return true
}

// fork finds the fork before a time. It has a trail lead from each live configuration to those it came from, one for each
// return, of which it tells the place among the live ones; but not further back than to the last that was alone.
func (w *sweep) fork(until int64) fork {
	at := -1
	var tips []*trail
	for i, place := range w.returns() {
		if w.ops[place].Return >= until {
			break
		}
		if w.reach(place); w.effort < 0 {
			break
		}
		if len(w.live) == 0 {
			return fork{-1, 0}
		}
		at, tips = i, tips[:0]
		for way, c := range w.live {
			if len(w.live) == 1 {
				c.trail = nil
			}
			c.trail = &trail{int32(way), c.trail}
			tips = append(tips, c.trail)
		}
	}
	for tips = slices.Compact(tips); len(tips) > 1; tips = slices.Compact(tips) {
		for i := range tips {
			tips[i] = tips[i].before
		}
		at--
	}
	if len(tips) == 0 || tips[0] == nil {
		return fork{-1, 0}
	}
	return fork{at, int(tips[0].place)}
}
