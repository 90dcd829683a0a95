package monitor

import "slices"

// config is one way in which a history may have gone up to some moment: what was taken, told by what was not.
type config struct {
	state int64
	spent []int32 // by class: how many additions of unknown outcome were taken, the first called first
	open  []int32 // certain blind additions that were called and not taken, by rank
	want  []int32 // sights that were called and not taken, by rank
	trail *trail
}

// trail is the way to a configuration, the last operation first.
type trail struct {
	place  int32
	before *trail
}

func (c *config) clone() *config {
	all := make([]int32, 0, len(c.spent)+len(c.open)+len(c.want))
	all = append(append(append(all, c.spent...), c.open...), c.want...)
	spent, open := len(c.spent), len(c.spent)+len(c.open)
	return &config{
		state: c.state, trail: c.trail,
		spent: all[:spent:spent], open: all[spent:open:open], want: all[open:len(all):len(all)],
	}
}

// insert puts a rank where it belongs.
func insert(ranks []int32, rank int32) []int32 {
	at, _ := slices.BinarySearch(ranks, rank)
	return slices.Insert(ranks, at, rank)
}

// remove takes a rank out, if it is there.
func remove(ranks []int32, rank int32) ([]int32, bool) {
	at, ok := slices.BinarySearch(ranks, rank)
	if !ok {
		return ranks, false
	}
	return slices.Delete(ranks, at, at+1), true
}

// front is a set of configurations none of which is as good as another.
type front struct {
	byState map[int64][]*config
	all     []*config
}

func newFront() *front { return &front{byState: map[int64][]*config{}} }

// add gives back whether nothing in the front is as good. What is worse than the new one leaves byState, but stays in
// all, marked by having no ranks, until the front is listed.
func (f *front) add(w *sweep, c *config) bool {
	peers := f.byState[c.state]
	for _, peer := range peers {
		w.effort--
		if w.asGood(peer, c) {
			return false
		}
	}
	f.byState[c.state] = append(slices.DeleteFunc(peers, func(peer *config) bool { return w.asGood(c, peer) }), c)
	return true
}

// list gives the configurations; in the order of no map, so that a verdict's core does not depend on chance.
func (f *front) list() []*config {
	states := make([]int64, 0, len(f.byState))
	for state := range f.byState {
		states = append(states, state)
	}
	slices.Sort(states)
	f.all = f.all[:0]
	for _, state := range states {
		f.all = append(f.all, f.byState[state]...)
	}
	return f.all
}

// asGood says whether a can do whatever b can; both are at one state. It can if it has no sight to take that b has not,
// and, class by class, as many additions left which return as late as those of b, first to first, second to second. With
// those it does as b does. If it has more left, they add up to zero, since both are at one state: a takes all of them at
// once when the first of them returns.
func (w *sweep) asGood(a, b *config) bool {
	return w.wantsLess(a, b) && w.hasMore(a, b)
}

// wantsLess says whether each sight that a has to take b has too. A fetch-and-add that only b has to take is not in the
// way of a, but what it adds would be missing from b: these must be the same.
func (w *sweep) wantsLess(a, b *config) bool {
	i := 0
	for _, rank := range b.want {
		switch {
		case i < len(a.want) && a.want[i] == rank:
			i++
		case w.step(w.sighted[rank]) != 0:
			return false
		}
	}
	return i == len(a.want)
}

func (w *sweep) hasMore(a, b *config) bool {
	i, j := len(a.open), len(b.open)
	for class := len(w.deltas) - 1; class >= 0; class-- {
		first := w.first[class]
		spare := int(b.spent[class] - a.spent[class])
		for ; j > 0 && b.open[j-1] >= first; j-- {
			if spare > 0 {
				spare-- // one of unknown outcome returns as late as any
				continue
			}
			if i == 0 || a.open[i-1] < b.open[j-1] {
				return false
			}
			i--
		}
		if spare < 0 {
			return false
		}
		for i > 0 && a.open[i-1] >= first {
			i--
		}
	}
	return true
}
