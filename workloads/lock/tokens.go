package lock

import (
	"fmt"
	"slices"
	"sort"

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

// givenTwice looks for a token of two grants.
func givenTwice(h *history.History[Input, Output], l *watched) finding {
	byToken := map[int64]*grant{}
	for _, g := range l.grants {
		if o := byToken[g.token]; o != nil {
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

// givenLater looks for a token that is below that of a grant which must have come before.
func givenLater(h *history.History[Input, Output], l *watched) finding {
	byTime := slices.SortedStableFunc(slices.Values(l.grants), earlier)
	highest := slices.Clone(byTime) // of those up to each place
	for i := 1; i < len(highest); i++ {
		if highest[i-1].token > highest[i].token {
			highest[i] = highest[i-1]
		}
	}
	for _, g := range l.grants {
		n := sort.Search(len(byTime), func(i int) bool { return !byTime[i].before(g) })
		if n == 0 || highest[n-1].token <= g.token {
			continue
		}
		t, o := teller{h}, highest[n-1]
		return finding{
			text: fmt.Sprintf("client %d was given token %d, below token %d of an earlier grant: %s", h.Ops[g.acquire].Client,
				g.token, o.token, t.beforeBy(o, g)),
			ops: slices.Compact([]int{o.acquire, g.acquire, o.proof(g)[1]}),
		}
	}
	return finding{}
}
