package monitor

import (
	"cmp"
	"slices"
)

// sums is a history of an integer that operations see and add to, as the monitors of counters and of fetch-and-add read
// it. There are three roles. A sight saw a state for sure: a read, or a fetch-and-add whose answer is known. A blind
// addition did not: an Add, or a fetch-and-add of unknown outcome. Whatever neither sees nor changes anything is idle.
type sums struct {
	ops    []Op
	start  int64
	sign   int64 // -1 if all is told upside down, so that the states of an object that only falls seem to rise
	rises  int64 // how far the state can go above start, at most
	falls  int64 // and below
	sights []int32
	blind  []int32
	idle   []int32 // adds of zero that are certain: they belong to a witness
	mixed  bool    // blind additions are not all of one delta
}

// bounds keeps every sum that can arise within what an int64 holds, with room for differences of two.
const bounds = 1 << 61

// readSums sorts the operations by role. Reason says why it cannot.
func readSums(p *Part, fetch bool) (s *sums, reason string) {
	s = &sums{ops: p.Ops, start: p.Start, sign: 1}
	if s.start < -bounds || s.start > bounds {
		return nil, "the state may overflow"
	}
	if reason := s.measure(fetch); reason != "" {
		return nil, reason
	}
	if s.rises == 0 && s.falls > 0 {
		s.sign, s.start, s.rises, s.falls = -1, -s.start, s.falls, 0
	}
	s.share()
	return s, ""
}

// measure finds how far the state can go, and operations of other data types.
func (s *sums) measure(fetch bool) string {
	for i := range s.ops {
		op := &s.ops[i]
		switch {
		case op.Kind == Read:
			continue
		case op.Kind != Add && (op.Kind != FetchAdd || !fetch):
			return "there are operations that no counter has"
		case op.Value < -bounds || op.Value > bounds:
			return "the state may overflow"
		}
		s.rises += max(op.Value, 0)
		s.falls -= min(op.Value, 0)
		if s.rises > bounds || s.falls > bounds {
			return "the state may overflow"
		}
	}
	return ""
}

// share gives each operation its role. Reads of unknown outcome, and additions of zero of unknown outcome, have none.
func (s *sums) share() {
	sights := 0
	for i := range s.ops {
		if op := &s.ops[i]; op.Kind != Add && op.known() {
			sights++
		}
	}
	s.sights, s.blind = make([]int32, 0, sights), make([]int32, 0, len(s.ops)-sights)
	for i := range s.ops {
		op, place := &s.ops[i], int32(i)
		switch {
		case op.Kind != Add && op.known():
			s.sights = append(s.sights, place)
		case op.Kind == Read || op.Value == 0 && !op.known():
		case op.Value == 0:
			s.idle = append(s.idle, place)
		default:
			s.mixed = s.mixed || len(s.blind) > 0 && op.Value != s.ops[s.blind[0]].Value
			s.blind = append(s.blind, place)
		}
	}
}

// seen is the state that a sight saw.
func (s *sums) seen(place int32) int64 {
	if op := &s.ops[place]; op.Kind == FetchAdd {
		return s.sign * op.Other
	}
	return s.sign * s.ops[place].Value
}

// step is what an operation adds.
func (s *sums) step(place int32) int64 {
	if op := &s.ops[place]; op.Kind != Read {
		return s.sign * op.Value
	}
	return 0
}

// beyond says whether no sum of additions is the state that a sight saw.
func (s *sums) beyond(at int64) bool { return at < s.start-s.falls || at > s.start+s.rises }

// outcome makes an illegal result of a core in any order.
func outcome(rule string, core ...int32) Result {
	slices.Sort(core)
	return Result{Status: Illegal, Rule: rule, Core: core}
}

// phantom says that nobody can have made what one of the core saw: not even all other additions that it could have
// seen, which support the core.
func (s *sums) phantom(core ...int32) Result {
	last := s.ops[core[0]].Return
	for _, place := range core {
		last = max(last, s.ops[place].Return)
	}
	result := outcome(RulePhantomRead, core...)
	for i := range s.ops {
		place := int32(i)
		if s.ops[i].Call > last {
			break
		}
		if s.step(place) != 0 && !inCore(result.Core, place) {
			result.Support = append(result.Support, place)
		}
	}
	return result
}

func inCore(core []int32, place int32) bool {
	_, ok := slices.BinarySearch(core, place)
	return ok
}

// tooLow names a state from which acknowledged additions are missing: they are lost if all of them had returned before
// a read saw that state, for then no order can bring them back.
func (s *sums) tooLow(read int32) string {
	if s.step(read) != 0 {
		return RuleStaleRead
	}
	for i := range s.ops {
		op := &s.ops[i]
		if s.step(int32(i)) != 0 && op.known() && op.Return >= s.ops[read].Call {
			return RuleStaleRead
		}
	}
	return RuleLostUpdate
}

// withRest puts the certain blind additions that an order lacks after it, by call.
func (s *sums) withRest(order []int32) []int32 {
	placed := make([]bool, len(s.ops))
	for _, place := range order {
		placed[place] = true
	}
	for _, place := range s.blind {
		if s.ops[place].known() && !placed[place] {
			order = append(order, place)
		}
	}
	return order
}

// list gives operations in order of return, but with some at the end.
func (s *sums) list(in []bool, last ...int32) []int32 {
	for _, place := range last {
		in[place] = false
	}
	var all []int32
	for place := range in {
		if in[place] {
			all = append(all, int32(place))
		}
	}
	slices.SortFunc(all, s.byReturn)
	return append(all, slices.Compact(last)...)
}

func (s *sums) byReturn(a, b int32) int {
	return cmp.Or(cmp.Compare(s.ops[a].Return, s.ops[b].Return), cmp.Compare(a, b))
}

// withIdle puts the idle operations into a witness. One may stand before the first operation that needs a later moment
// than its call: what stands before was called by then, and what stands after has not returned.
func (s *sums) withIdle(order []int32) []int32 {
	if len(s.idle) == 0 {
		return order
	}
	whole, idle := make([]int32, 0, len(order)+len(s.idle)), s.idle
	for _, place := range order {
		for len(idle) > 0 && s.ops[idle[0]].Call < s.ops[place].Call {
			whole, idle = append(whole, idle[0]), idle[1:]
		}
		whole = append(whole, place)
	}
	return append(whole, idle...)
}
