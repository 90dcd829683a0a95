package lock

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/history"
)

// tokens looks for tokens that do not rise in the order of the turns. A lock that gives none is left alone.
func tokens(h *history.History[Input, Output], l *watched) finding {
	if !l.fenced {
		return finding{}
	}
	return first(h, l, olderAccepted, givenTwice, givenLater)
}

// olderAccepted looks for an access that the resource should have refused, since it had seen a higher token.
func olderAccepted(h *history.History[Input, Output], l *watched) finding {
	for i := 1; i < len(l.accesses); i++ {
		if a, b := l.accesses[i-1], l.accesses[i]; b.grant.token < a.grant.token {
			t := teller{h}
			return finding{
				text: fmt.Sprintf("the resource accepted %s as access %d, although it had accepted %s as access %d", t.under(b),
					b.seq, t.under(a), a.seq),
				ops: []int{a.op, b.op},
			}
		}
	}
	return finding{}
}

// givenTwice looks for a token of two grants. Of two that were held at once it says nothing, since more is wrong there than
// their tokens.
func givenTwice(h *history.History[Input, Output], l *watched) finding {
	byToken := map[int64]*grant{}
	for _, g := range l.grants {
		if o := byToken[g.token]; o != nil && (!o.before(g) || !g.before(o)) {
			t := teller{h}
			return finding{
				text: fmt.Sprintf("%s and %s were both given token %d", t.who(o.acquire), t.who(g.acquire), g.token),
				ops:  []int{o.acquire, g.acquire},
			}
		}
		byToken[g.token] = g
	}
	return finding{}
}

// givenLater looks for a token that is below that of a grant which must have come before, and can't have come after.
func givenLater(h *history.History[Input, Output], l *watched) finding {
	highest := l.highestBefore()
	for i, g := range l.grants {
		o := highest[i]
		if o == nil || o.token <= g.token {
			continue
		}
		t := teller{h}
		return finding{
			text: fmt.Sprintf("client %d was given token %d, below token %d of an earlier grant: %s", h.Ops[g.acquire].Client,
				g.token, o.token, t.beforeBy(o, g)),
			ops: slices.Compact([]int{o.acquire, g.acquire, o.proof(g)[1]}),
		}
	}
	return finding{}
}

// highestBefore gives for each grant, of those that must have come before and need not have come after, the one of the
// highest token, or nil. As the grants are gone through by when they were granted, those come in that had ended by then;
// they are kept by when they were granted themselves.
func (l *watched) highestBefore() []*grant {
	byGrant := slices.SortedStableFunc(slices.Values(l.grants), earlier)
	byEnd := slices.SortedStableFunc(slices.Values(l.grants), func(a, b *grant) int { return cmp.Compare(a.until, b.until) })
	// rank is how many were granted before the time.
	rank := func(t time.Duration) int {
		return sort.Search(len(byGrant), func(i int) bool { return byGrant[i].granted >= t })
	}
	found := map[*grant]*grant{}
	ended := make(prefixes, len(byGrant)+1)
	n := 0
	for _, g := range byGrant {
		for ; n < len(byEnd) && byEnd[n].until <= g.granted; n++ {
			ended.add(rank(byEnd[n].granted), byEnd[n])
		}
		found[g] = ended.highest(rank(g.until))
	}
	all := make([]*grant, len(l.grants))
	for i, g := range l.grants {
		all[i] = found[g]
	}
	return all
}

// prefixes are grants by place, of which the one of the highest token among the first n is soon found: a Fenwick tree.
type prefixes []*grant

func (p prefixes) add(place int, g *grant) {
	for i := place + 1; i < len(p); i += i & -i {
		if p[i] == nil || g.token > p[i].token {
			p[i] = g
		}
	}
}

// highest gives that of the places below n.
func (p prefixes) highest(n int) *grant {
	var best *grant
	for i := n; i > 0; i -= i & -i {
		if p[i] != nil && (best == nil || p[i].token > best.token) {
			best = p[i]
		}
	}
	return best
}
