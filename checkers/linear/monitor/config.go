package monitor

import (
	"maps"
	"slices"
)

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

// remove takes a rank out that is there.
func remove(ranks []int32, rank int32) []int32 {
	at, _ := slices.BinarySearch(ranks, rank)
	return slices.Delete(ranks, at, at+1)
}

// mostConfigs is how many configurations may be kept at once.
const mostConfigs = 1 << 14

// front is a set of configurations none of which is as good as another.
type front struct {
	byState map[int64][]*config
	count   int
	asGood  func(a, b *config) bool // says whether a can do whatever b can; both are at one state
}

func newFront(asGood func(a, b *config) bool) *front {
	return &front{byState: map[int64][]*config{}, asGood: asGood}
}

// reset empties the front. A map that was large once is not worth emptying again and again.
func (f *front) reset() {
	if f.count > 64 {
		f.byState = map[int64][]*config{}
	}
	clear(f.byState)
	f.count = 0
}

// add puts a configuration in, and takes out those that are no better; false if one in the front is as good.
func (f *front) add(p *pool, c *config) bool {
	peers := f.byState[c.state]
	p.effort -= (len(peers) + 1) * weight(c)
	for _, peer := range peers {
		if f.asGood(peer, c) {
			return false
		}
	}
	better := slices.DeleteFunc(peers, func(peer *config) bool { return f.asGood(c, peer) })
	f.count += len(better) + 1 - len(peers)
	f.byState[c.state] = append(better, c)
	if f.count > mostConfigs {
		p.effort = -1
	}
	return true
}

// list appends the configurations in the order of no map, so that a verdict's core does not depend on chance.
func (f *front) list(all []*config) []*config {
	states := slices.Collect(maps.Keys(f.byState))
	slices.Sort(states)
	for _, state := range states {
		all = append(all, f.byState[state]...)
	}
	return all
}

// asGood says, at one moment and state, whether a can do whatever b can. It can if it has no sight to take that b has not,
// and, class by class, as many additions left which return as late as those of b. With those it does as b does. If it has
// more left, they add up to zero, since both are at one state: a takes all of them at once when the first of them returns.
func (p *pool) asGood(a, b *config) bool {
	i := 0
	for _, rank := range b.want {
		switch {
		case i < len(a.want) && a.want[i] == rank:
			i++
		case p.step(p.sighted[rank]) != 0:
			return false // what it adds would be missing from b
		}
	}
	return i == len(a.want) && p.hasMore(a, b)
}
