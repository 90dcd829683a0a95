package monitor

import (
	"cmp"
	"slices"
)

// pool has the blind additions of a history, by class: those of one delta are alike but for their times, so that the one
// which returns first is always taken first. A configuration tells which are left. How many were taken would not tell
// that, since it also depends on when.
type pool struct {
	*sums
	deltas  []int64   // of the classes, the largest first, whatever the sign
	first   []int32   // by class: the first rank of its certain additions
	ranked  []int32   // certain additions by class, return and place
	unsure  [][]int32 // by class: additions of unknown outcome, by call
	called  []int32   // by class: how many of unsure were called
	rank    []int32   // by place: where it is in ranked; its class, if of unknown outcome
	sighted []int32   // for sweep: sights by state and delta, then by return and place; rank tells where
	witness bool
	effort  int // how much may still be looked at: configurations, each by its weight
}

// effortFor is how much is looked at before a monitor gives up: some for each operation, and enough for a hard moment.
func effortFor(ops int) int { return 1<<20 + 8*ops }

// weight is what looking at a configuration, or making one like it, costs: it is mostly short.
func weight(c *config) int { return 1 + (len(c.open)+len(c.want))/16 }

const tooMany = "additions of several deltas leave too many possibilities"

func newPool(s *sums, effort int, witness bool) *pool {
	p := &pool{sums: s, witness: witness, effort: effort, rank: make([]int32, len(s.ops))}
	p.sortClasses()
	p.unsure, p.called, p.first = make([][]int32, len(p.deltas)), make([]int32, len(p.deltas)), make([]int32, len(p.deltas))
	for _, place := range s.blind {
		class := p.class(place)
		if s.ops[place].known() {
			p.ranked = append(p.ranked, place)
		} else {
			p.unsure[class] = append(p.unsure[class], place)
			p.rank[place] = int32(class)
		}
	}
	slices.SortFunc(p.ranked, func(a, b int32) int { return cmp.Or(cmp.Compare(p.class(a), p.class(b)), s.byReturn(a, b)) })
	for rank, place := range p.ranked {
		p.rank[place] = int32(rank)
	}
	for class := range p.deltas {
		at, _ := slices.BinarySearchFunc(p.ranked, class, func(place int32, class int) int { return p.class(place) - class })
		p.first[class] = int32(at)
	}
	return p
}

func (p *pool) sortClasses() {
	have := map[int64]bool{}
	for _, place := range p.blind {
		if delta := p.step(place); !have[delta] {
			have[delta] = true
			p.deltas = append(p.deltas, delta)
		}
	}
	slices.SortFunc(p.deltas, byWeight)
}

// byWeight orders deltas by size, the largest first, and equally large ones by sign.
func byWeight(a, b int64) int { return cmp.Or(cmp.Compare(max(b, -b), max(a, -a)), cmp.Compare(a, b)) }

func (p *pool) class(place int32) int {
	class, _ := slices.BinarySearchFunc(p.deltas, p.step(place), byWeight)
	return class
}

func (p *pool) begin() *config { return &config{state: p.start, spent: make([]int32, len(p.deltas))} }

// callAdd makes a blind addition ready to be taken.
func (p *pool) callAdd(live []*config, place int32) {
	if !p.ops[place].known() {
		p.called[p.rank[place]]++
		return
	}
	for _, c := range live {
		p.effort -= weight(c)
		c.open = insert(c.open, p.rank[place])
	}
}

// note remembers what was taken, for a witness.
func (p *pool) note(c *config, place int32) {
	if p.witness {
		c.trail = &trail{place, c.trail}
	}
}

// takeMany takes so many additions of each class, those that return first.
func (p *pool) takeMany(c *config, counts []int32) {
	p.effort -= weight(c)
	for class, count := range counts {
		c.state += int64(count) * p.deltas[class]
		from, to := p.openOf(c, class)
		certain := min(int(count), to-from)
		if p.witness {
			for _, rank := range c.open[from : from+certain] {
				p.note(c, p.ranked[rank])
			}
			for n := range count - int32(certain) {
				p.note(c, p.unsure[class][c.spent[class]+n])
			}
		}
		c.open = slices.Delete(c.open, from, from+certain)
		c.spent[class] += count - int32(certain)
	}
}

// openOf gives where the certain additions of a class are in c.open.
func (p *pool) openOf(c *config, class int) (from, to int) {
	from, _ = slices.BinarySearch(c.open, p.first[class])
	to = len(c.open)
	if class+1 < len(p.first) {
		to, _ = slices.BinarySearch(c.open, p.first[class+1])
	}
	return from, to
}

// hasMore says whether, class by class, a has as many additions left which return as late as those of b, first to
// first, second to second.
func (p *pool) hasMore(a, b *config) bool {
	i, j := len(a.open), len(b.open)
	for class := len(p.deltas) - 1; class >= 0; class-- {
		first := p.first[class]
		spare := int(b.spent[class] - a.spent[class])
		if spare < 0 {
			return false
		}
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
		for i > 0 && a.open[i-1] >= first {
			i--
		}
	}
	return true
}
