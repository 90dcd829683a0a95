package monitor

import (
	"cmp"
	"fmt"
	"slices"
)

// GrowSet decides histories of [Include] and [ReadAll]. It is exact for every such history whose reads hold no element
// twice, also where an element is included several times, in time linear in the sizes of the reads together, and
// O(r log r) in their number.
//
// Since nothing is ever taken out, the reads of a legal history form a chain of subsets, which groups equal ones. That
// fixes an order: the elements of the smallest set enter, it is read, the elements that the next one has more enter, it is
// read, and so on; the elements that nobody read enter last. Of an element that was included several times, the include
// that was called first is the one that lets it in, as any read that may come after another may come after that; each
// of the others need only come after the last read without the element. The order is legal if no operation in it returned
// before one was called that must come earlier, and then every operation can take effect at the latest call up to itself.
// So one running maximum decides. A read or include of unknown outcome must do nothing; such an include is only the first
// of its element if that is seen.
func GrowSet(p *Part) Result {
	g := &growing{p: p, latest: noPlace}
	if reason := g.gather(); reason != "" {
		return unsuited(reason)
	}
	if result, ok := g.chain(); !ok {
		return result
	}
	if result, ok := g.included(); !ok {
		return result
	}
	return Result{Status: Legal, Order: g.order()}
}

// growing is a history of a set that grows. Groups of equal reads are numbered from 1, the smallest first.
type growing struct {
	p       *Part
	numbers *numbering
	reads   []int32 // places of the reads, the smallest first
	group   []int32 // of each of these reads
	first   []int32 // by element: the place of its first include
	level   []int32 // by element: the first group that has it, or 0

	groups []readGroup // groups[0] is no group, to make room for the elements that nobody read
	latest int32       // of the operations in the order so far, the place of the one called last, or noPlace
}

// readGroup is a group of equal reads.
type readGroup struct {
	read   int32 // the place of one of them
	size   int
	before int32 // the place of the operation called last of those that come before the elements that are new in it
}

// gather finds the elements and the reads. It gives the reason why the history does not suit, or "".
func (g *growing) gather() string {
	ops := g.p.Ops
	g.numbers = newNumbering(ops, func(k Kind) bool { return k == Include })
	for i := range ops {
		switch op := &ops[i]; {
		case op.Kind == Include:
			if e := g.numbers.add(op.Value); int(e) == len(g.first) {
				g.first = append(g.first, int32(i))
			}
		case op.Kind != ReadAll:
			return "an operation is none of a grow-only set"
		case !op.known():
		case op.Value < 0 || op.Value >= int64(len(g.p.Members)):
			return fmt.Sprintf("a read returned members %d of %d", op.Value, len(g.p.Members))
		default:
			g.reads = append(g.reads, int32(i))
		}
	}
	slices.SortStableFunc(g.reads, func(a, b int32) int { return cmp.Compare(len(g.members(a)), len(g.members(b))) })
	g.level = make([]int32, len(g.first))
	g.groups = append(g.groups, readGroup{read: noPlace, size: -1, before: noPlace})
	return ""
}

func (g *growing) members(read int32) []int64 { return g.p.Members[g.p.Ops[read].Value] }

// chain goes through the reads, and holds that they are a chain that the calls allow.
func (g *growing) chain() (Result, bool) {
	stamp := make([]int32, len(g.first)) // the last read that had the element, and 1 more
	last := noPlace                      // of the reads of the group so far, the one called last
	for n, read := range g.reads {
		group, size := &g.groups[len(g.groups)-1], len(g.members(read))
		fresh := size > group.size
		if fresh {
			g.latest = g.later(g.latest, last)
			last = noPlace
			g.groups = append(g.groups, readGroup{read, size, g.latest})
		}
		old, result := g.take(read, int32(n+1), stamp)
		if result != nil {
			return *result, false
		}
		if old != max(group.size, 0) {
			return g.noChain(group.read, read), false
		}
		g.group = append(g.group, int32(len(g.groups)-1))
		if g.tooLate(read) {
			return g.readTooEarly(read), false
		}
		last = g.later(last, read)
	}
	g.latest = g.later(g.latest, last)
	g.groups[0].before = g.latest
	return Result{}, true
}

// take looks at the members of a read, lets those in that are new, and counts the others.
func (g *growing) take(read, stamp int32, stamps []int32) (old int, result *Result) {
	level := int32(len(g.groups) - 1)
	for _, value := range g.members(read) {
		e := g.numbers.of(value)
		switch {
		case e == noPlace:
			return 0, &Result{Status: Illegal, Core: []int32{read}, Rule: RulePhantomRead}
		case stamps[e] == stamp:
			result := unsuited(fmt.Sprintf("a read returned element %d twice", value))
			return 0, &result
		case g.level[e] == 0:
			g.level[e] = level
			g.latest = g.later(g.latest, g.first[e])
		default:
			old++
		}
		stamps[e] = stamp
	}
	return old, nil
}

// included holds that every include that is known could wait for the reads without its element.
func (g *growing) included() (Result, bool) {
	for i := range g.p.Ops {
		op := &g.p.Ops[i]
		if op.Kind != Include || !op.known() {
			continue
		}
		before := g.before(op.Value)
		if before != noPlace && op.Return < g.p.Ops[before].Call {
			return g.includeTooEarly(int32(i), before), false
		}
	}
	return Result{}, true
}

// before gives, of the operations that come before an element enters, the one called last.
func (g *growing) before(value int64) int32 {
	return g.groups[g.level[g.numbers.of(value)]].before
}

// later gives the one of two operations that was called later.
func (g *growing) later(a, b int32) int32 {
	if a == noPlace || b != noPlace && g.p.Ops[b].Call > g.p.Ops[a].Call {
		return b
	}
	return a
}

// tooLate says whether an operation that must come before a read was called after it returned.
func (g *growing) tooLate(read int32) bool {
	return g.latest != noPlace && g.p.Ops[read].Return < g.p.Ops[g.latest].Call
}
