package lock

import (
	"fmt"
	"slices"
	"sort"

	"github.com/lostupdate/stress/history"
)

// exclusion looks for two holders at once. What it leaves are turns that can have had an order, as far as times and the
// resource tell.
func exclusion(h *history.History[Input, Output], l *watched) finding {
	return first(h, l, numberedTwice, numberedLater, interleaved, olderAfterNewer, grantedWhileHeld, knotted)
}

// numberedTwice looks for two accesses of one number, as a resource gives that is not made for two users at once.
func numberedTwice(h *history.History[Input, Output], l *watched) finding {
	for i := 1; i < len(l.accesses); i++ {
		if a, b := l.accesses[i-1], l.accesses[i]; a.seq == b.seq {
			t := teller{h}
			return finding{
				text: fmt.Sprintf("%s and %s were both given access %d", t.who(a.op), t.who(b.op), a.seq),
				ops:  []int{a.op, b.op},
			}
		}
	}
	return finding{}
}

// numberedLater looks for an access that ended before one of a lower number began.
func numberedLater(h *history.History[Input, Output], l *watched) finding {
	latest := none // of the accesses so far, that which began last
	for i, a := range l.accesses {
		if latest != none && h.Ops[a.op].Return < h.Ops[l.accesses[latest].op].Call {
			t, lower := teller{h}, l.accesses[latest]
			return finding{
				text: fmt.Sprintf("%s came after %s had ended, and must have been given a higher number", t.at(lower), t.at(a)),
				ops:  []int{a.op, lower.op},
			}
		}
		if latest == none || h.Ops[a.op].Call > h.Ops[l.accesses[latest].op].Call {
			latest = i
		}
	}
	return finding{}
}

// interleaved looks for a grant under which the resource was used before and after another's use.
func interleaved(h *history.History[Input, Output], l *watched) finding {
	last := map[*grant]int{} // the place of its last access
	for i, a := range l.accesses {
		if i > 0 && l.accesses[i-1].grant != a.grant {
			if n, seen := last[a.grant]; seen {
				before, between := l.accesses[n], l.accesses[n+1]
				t := teller{h}
				return finding{
					text: fmt.Sprintf("%s used the resource between client %d's accesses %d (op #%d) and %d (op #%d) under one grant",
						t.at(between), h.Ops[a.op].Client, before.seq, before.op, a.seq, a.op),
					ops: []int{before.op, between.op, a.op},
				}
			}
		}
		last[a.grant] = i
	}
	return finding{}
}

// olderAfterNewer looks for a grant that was used after one that must have come later.
func olderAfterNewer(h *history.History[Input, Output], l *watched) finding {
	turns := l.turns()
	latest := none // of the turns so far, that which lasted until last
	for i, a := range turns {
		if latest != none && a.grant.before(turns[latest].grant) {
			t, newer := teller{h}, turns[latest]
			return finding{
				text: fmt.Sprintf("%s used the resource after %s, who was granted the lock later: %s", t.at(a), t.at(newer),
					t.beforeBy(a.grant, newer.grant)),
				ops: append([]int{newer.op, a.op}, a.grant.proof(newer.grant)...),
			}
		}
		if latest == none || a.grant.until > turns[latest].grant.until {
			latest = i
		}
	}
	return finding{}
}

// proof are the operations from whose times follows that g began before o.
func (g *grant) proof(o *grant) []int {
	if g.granted < o.asked {
		return []int{g.acquire, o.acquire}
	}
	return []int{g.acquire, o.release}
}

// beforeBy tells them.
func (t teller) beforeBy(g, o *grant) string {
	did := "released it"
	proof := g.proof(o)
	if proof[1] == o.acquire {
		did = "asked for it"
	}
	return fmt.Sprintf("%s had it before %s %s", t.who(proof[0]), t.who(proof[1]), did)
}

// grantedWhileHeld looks for two grants of which each must have come first.
func grantedWhileHeld(h *history.History[Input, Output], l *watched) finding {
	byTime, longest := lasting(l.grants)
	for _, g := range l.grants {
		if g.release == none {
			continue // of two that need not have lasted only one can have come first, and of others the other is found
		}
		n := sort.Search(len(byTime), func(i int) bool { return !byTime[i].before(g) })
		if n == 0 {
			continue
		}
		if o := longest[n-1].besides(g); o != nil && g.before(o) {
			return teller{h}.together(g, o)
		}
	}
	return finding{}
}

// together tells of two that held the lock at one time, by as few operations as prove it.
func (t teller) together(g, o *grant) finding {
	for _, both := range [...][2]*grant{{g, o}, {o, g}} {
		if f := t.meanwhile(both[0], both[1]); f.any() {
			return f
		}
	}
	return finding{
		text: fmt.Sprintf("client %d (op #%d to #%d) and client %d (op #%d to #%d) both held it, from the grant to the release",
			t.Ops[g.acquire].Client, g.acquire, g.release, t.Ops[o.acquire].Client, o.acquire, o.release),
		ops: []int{g.acquire, g.release, o.acquire, o.release},
	}
}

// meanwhile tells that o was granted or released the lock while g held it, if that is so.
func (t teller) meanwhile(g, o *grant) finding {
	op, did := o.acquire, "was granted"
	switch {
	case g.release == none:
		return finding{}
	case g.granted < o.asked:
	case o.release != none && t.Ops[o.release].Return < g.until:
		op, did = o.release, "still held and released"
	default:
		return finding{}
	}
	return finding{
		text: fmt.Sprintf("%s %s it while client %d held it, from its grant (op #%d) to its release (op #%d)", t.who(op), did,
			t.Ops[g.acquire].Client, g.acquire, g.release),
		ops: []int{g.acquire, g.release, op},
	}
}

// two are the grants that last longest.
type two [2]*grant

// besides gives the one that lasts longest and is another than g.
func (t two) besides(g *grant) *grant {
	if t[0] == g {
		return t[1]
	}
	return t[0]
}

// lasting gives the grants in the order in which they were surely granted, and at each place the two of those so far that
// last longest.
func lasting(grants []*grant) (byTime []*grant, longest []two) {
	byTime = slices.SortedStableFunc(slices.Values(grants), earlier)
	var t two
	for _, g := range byTime {
		switch {
		case t[0] == nil || g.until > t[0].until:
			t = two{g, t[0]}
		case t[1] == nil || g.until > t[1].until:
			t[1] = g
		}
		longest = append(longest, t)
	}
	return byTime, longest
}

// knotted looks for a grant that must have come before one, and after another, that used the resource the other way round.
// With the findings above, that is all that can keep turns from having an order.
func knotted(h *history.History[Input, Output], l *watched) finding {
	turns := l.turns()
	longest, soonest := slices.Clone(turns), slices.Clone(turns) // up to each place, and from it on
	for i := 1; i < len(turns); i++ {
		if longest[i-1].grant.until > longest[i].grant.until {
			longest[i] = longest[i-1]
		}
	}
	for i := len(turns) - 2; i >= 0; i-- {
		if soonest[i+1].grant.granted < soonest[i].grant.granted {
			soonest[i] = soonest[i+1]
		}
	}
	for _, g := range l.grants {
		// The first turn that g must have come before, and the last that must have come before g.
		after := sort.Search(len(turns), func(i int) bool { return g.before(longest[i].grant) })
		before := sort.Search(len(turns), func(i int) bool { return !soonest[i].grant.before(g) }) - 1
		if after < before {
			return teller{h}.knot(g, turns[after], turns[before])
		}
	}
	return finding{}
}

func (t teller) knot(g *grant, after, before access) finding {
	return finding{
		text: fmt.Sprintf("%s used the resource before %s, but was granted the lock later: %s, and %s", t.at(after), t.at(before),
			t.beforeBy(before.grant, g), t.beforeBy(g, after.grant)),
		ops: slices.Concat([]int{after.op, before.op}, before.grant.proof(g), g.proof(after.grant)),
	}
}
