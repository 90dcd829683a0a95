package monitor

import "slices"

// ways gives all numbers of additions of each class, of those that are open, which add up to a difference and have no
// part that adds up to zero.
//
// Additions without such a part can be put in an order whose sums stay between the two ends but for less than one largest
// delta on either side, and no sum comes twice. So there are never more than the difference and two largest deltas.
func (p *pool) ways(c *config, difference int64) [][]int32 {
	if difference == 0 {
		return [][]int32{make([]int32, len(p.deltas))}
	}
	if len(p.deltas) == 0 {
		return nil
	}
	largest := max(p.deltas[0], -p.deltas[0])
	most := max(difference, -difference) + 2*largest
	e := equation{deltas: p.deltas, effort: &p.effort, counts: make([]int32, len(p.deltas))}
	e.most = make([]int64, len(p.deltas))
	e.low, e.high = make([]int64, len(p.deltas)+1), make([]int64, len(p.deltas)+1)
	for class := len(p.deltas) - 1; class >= 0; class-- {
		from, to := p.openOf(c, class)
		e.most[class] = min(most, int64(to-from)+int64(p.called[class]-c.spent[class]))
		sum := e.most[class] * p.deltas[class]
		e.low[class], e.high[class] = e.low[class+1]+min(sum, 0), e.high[class+1]+max(sum, 0)
	}
	e.solve(0, difference)
	return e.found
}

// equation finds numbers that, times the deltas, add up to a difference.
type equation struct {
	deltas    []int64
	most      []int64 // of each number
	low, high []int64 // what all numbers from one on can add up to, at least and at most
	counts    []int32
	found     [][]int32
	effort    *int
}

func (e *equation) solve(class int, difference int64) {
	*e.effort--
	switch {
	case *e.effort < 0 || difference < e.low[class] || difference > e.high[class]:
		return
	case class == len(e.deltas):
		e.keep()
		return
	}
	delta := e.deltas[class]
	if class == len(e.deltas)-1 {
		if count := difference / delta; difference%delta == 0 && count >= 0 && count <= e.most[class] {
			e.counts[class] = int32(count)
			e.keep()
		}
		return
	}
	for count := range e.most[class] + 1 {
		e.counts[class] = int32(count)
		e.solve(class+1, difference-count*delta)
	}
}

// keep adds the numbers at hand, unless others are part of them: then the rest adds up to zero.
func (e *equation) keep() {
	for _, other := range e.found {
		*e.effort--
		if within(other, e.counts) {
			return
		}
	}
	e.found = slices.DeleteFunc(e.found, func(other []int32) bool { return within(e.counts, other) })
	e.found = append(e.found, slices.Clone(e.counts))
}

// within says whether no number is larger than the other.
func within(a, b []int32) bool {
	for class := range a {
		if a[class] > b[class] {
			return false
		}
	}
	return true
}
