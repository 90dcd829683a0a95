package workloads

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/history"
)

// Prior says which of several operations, of those that [Before] says came before another, ranks highest. It has looked at
// each once, and answers by halving.
type Prior[I, O any] struct {
	h        *history.History[I, O]
	rank     func(op int) int64
	byReturn ranked
	own      map[int32]*ranked // by client, in the order of its operations
}

// ranked is operations in an order, and the place of the one that ranks highest up to each.
type ranked struct{ ops, best []int }

// NewPrior takes operations that were OK, in the order in which the history has them.
func NewPrior[I, O any](h *history.History[I, O], ops []int, rank func(op int) int64) *Prior[I, O] {
	p := &Prior[I, O]{h: h, rank: rank, own: map[int32]*ranked{}}
	for _, i := range ops {
		client := h.Ops[i].Client
		if p.own[client] == nil {
			p.own[client] = &ranked{}
		}
		p.own[client].add(i, rank)
	}
	sorted := slices.Clone(ops)
	slices.SortStableFunc(sorted, func(i, j int) int { return cmp.Compare(h.Ops[i].Return, h.Ops[j].Return) })
	for _, i := range sorted {
		p.byReturn.add(i, rank)
	}
	return p
}

func (r *ranked) add(i int, rank func(op int) int64) {
	best := i
	if n := len(r.best); n > 0 && rank(r.best[n-1]) >= rank(i) {
		best = r.best[n-1]
	}
	r.ops, r.best = append(r.ops, i), append(r.best, best)
}

// before gives the highest of the first n.
func (r *ranked) before(n int) (i int, some bool) {
	if n == 0 {
		return -1, false
	}
	return r.best[n-1], true
}

// Of gives the highest of those before the i-th operation, if there are any.
func (p *Prior[I, O]) Of(i int) (best int, some bool) {
	best, some = p.byReturn.before(p.returned(p.h.Ops[i].Call))
	own := p.own[p.h.Ops[i].Client]
	if own == nil {
		return best, some
	}
	mine, there := own.before(sort.SearchInts(own.ops, i))
	if there && (!some || p.rank(mine) > p.rank(best)) {
		return mine, true
	}
	return best, some
}

// returned is how many had returned before a moment.
func (p *Prior[I, O]) returned(at time.Duration) int {
	return sort.Search(len(p.byReturn.ops), func(n int) bool { return p.h.Ops[p.byReturn.ops[n]].Return >= at })
}
