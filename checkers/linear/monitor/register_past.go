package monitor

import (
	"cmp"
	"slices"
	"sort"
)

// clashes says whether somebody under way says that he saw a value of a block though another one has closed it: one of which
// an operation had finished before he was called, and one was called after an operation of the first had finished.
func clashes(blocks []pastBlock) bool {
	late := func(b pastBlock) bool { return b.touched && b.lateTouch > b.from }
	if !slices.ContainsFunc(blocks, late) {
		return false
	}
	latest := newLatestCalls(blocks)
	for i := range blocks {
		if b := &blocks[i]; late(*b) && latest.before(b.lateTouch, i) > b.from {
			return true
		}
	}
	return false
}

// latestCalls finds, of the blocks of which an operation finished before a time, the latest call.
type latestCalls struct {
	blocks []pastBlock
	order  []int   // of the blocks, by the first return
	first  []int   // the block with the latest call of those so far
	second []int64 // the latest call of the others so far
}

func newLatestCalls(blocks []pastBlock) *latestCalls {
	l := &latestCalls{blocks: blocks}
	for i := range blocks {
		l.order = append(l.order, i)
	}
	slices.SortFunc(l.order, func(i, j int) int { return cmp.Compare(blocks[i].from, blocks[j].from) })
	best, next := -1, beginning
	for _, i := range l.order {
		switch to := blocks[i].to; {
		case best < 0:
			best = i
		case to > blocks[best].to:
			best, next = i, blocks[best].to
		default:
			next = max(next, to)
		}
		l.first, l.second = append(l.first, best), append(l.second, next)
	}
	return l
}

// before gives the latest call of any other block of which an operation finished before a time.
func (l *latestCalls) before(at int64, other int) int64 {
	n := sort.Search(len(l.order), func(n int) bool { return l.blocks[l.order[n]].from >= at }) - 1
	switch {
	case n < 0:
		return beginning
	case l.first[n] == other:
		return l.second[n]
	}
	return l.blocks[l.first[n]].to
}
