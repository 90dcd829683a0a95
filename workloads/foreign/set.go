package foreign

import (
	"slices"
	"strings"
	"sync"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

// set has members that are added, removed, and read all at once. The state is a set of bits, one a member in the order
// in which they are first named, without zeros at its end: so what a read saw is compared with it at once.
func (w words) set(h *jepsen.History) linear.Model[string, input, output] {
	m := w.members(h)
	apply := func(state string, in input) string {
		if in.F == jepsen.Read {
			return state
		}
		return with(state, m.place[in.New], in.F == jepsen.Add)
	}
	return linear.Model[string, input, output]{
		Step: func(state string, in input, out output) (string, bool) {
			return apply(state, in), in.F != jepsen.Read || m.seen[out.Value].bits() == state
		},
		Effect: func(state string, in input) (string, bool) { return apply(state, in), true },
		Pure:   func(in input, _ output) bool { return in.F == jepsen.Read },
		State:  m.text,
		Type: &linear.Type[input, output]{
			Act:     setAct,
			Members: func(out output) []int64 { return m.seen[out.Value].items },
		},
	}
}

// setAct says what an operation on a set that only grows did. What takes a member out answers nothing, and is left to the
// search.
func setAct(in input, _ output, _ bool) monitor.Act {
	switch in.F {
	case jepsen.Add:
		return monitor.Act{Kind: monitor.Include, Value: in.New}
	case jepsen.Read:
		return monitor.Act{Kind: monitor.ReadAll}
	default:
		return monitor.Act{}
	}
}

// members are the bits of all members that were added or removed, and all that reads saw.
type members struct {
	words
	place map[int64]int
	order []int64
	seen  map[int64]sight // by the number of the collection
}

// sight is what a read saw.
type sight struct {
	items []int64       // each once
	bits  func() string // made when a search asks, which is mostly never; impossible if there is a member nobody named
}

// impossible is the state of no set: it ends in a zero.
const impossible = "\x00"

func (w words) members(h *jepsen.History) *members {
	m := &members{words: w, place: map[int64]int{}, seen: map[int64]sight{}}
	for i := range h.Ops {
		op := &h.Ops[i]
		if op.Input.F != jepsen.Read {
			m.name(op.Input.New)
		} else if _, known := m.seen[op.Output.Value]; !known && op.Outcome == history.OK {
			items := once(m.values.Items(op.Output.Value))
			m.seen[op.Output.Value] = sight{items, sync.OnceValue(func() string { return m.bits(items) })}
		}
	}
	return m
}

func (m *members) name(member int64) {
	if _, known := m.place[member]; !known {
		m.place[member] = len(m.order)
		m.order = append(m.order, member)
	}
}

// once gives each of the items once; a vector may have one several times. A set of whole numbers is in order already.
func once(items []int64) []int64 {
	if !slices.IsSorted(items) {
		items = slices.Sorted(slices.Values(items))
	}
	for i := 1; i < len(items); i++ {
		if items[i] == items[i-1] {
			return slices.Compact(slices.Clone(items))
		}
	}
	return items
}

func (m *members) bits(items []int64) string {
	bits := make([]byte, (len(m.order)+7)/8)
	for _, item := range items {
		at, known := m.place[item]
		if !known {
			return impossible
		}
		bits[at/8] |= 1 << (at % 8)
	}
	return strings.TrimRight(string(bits), "\x00")
}

// with gives the state with a bit set or cleared.
func with(state string, at int, set bool) string {
	bits := []byte(state)
	switch {
	case set:
		for len(bits) <= at/8 {
			bits = append(bits, 0)
		}
		bits[at/8] |= 1 << (at % 8)
	case at/8 < len(bits):
		bits[at/8] &^= 1 << (at % 8)
	}
	return strings.TrimRight(string(bits), "\x00")
}

func (m *members) text(state string) string {
	var names []string
	for at, member := range m.order {
		if at/8 < len(state) && state[at/8]&(1<<(at%8)) != 0 {
			names = append(names, m.words.text(member))
		}
	}
	if text := strings.Join(names, " "); len(text) <= longest {
		return "#{" + text + "}"
	}
	return "a set of many"
}
