package foreign

import (
	"strings"

	"github.com/lostupdate/stress/checkers/linear"
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
			return apply(state, in), in.F != jepsen.Read || m.seen[out.Value] == state
		},
		Effect: func(state string, in input) (string, bool) { return apply(state, in), true },
		Pure:   func(in input, _ output) bool { return in.F == jepsen.Read },
		State:  m.text,
	}
}

// members are the bits of all members, and of all that reads saw.
type members struct {
	words
	place map[int64]int
	order []int64
	seen  map[int64]string // by the number of the collection
}

func (w words) members(h *jepsen.History) *members {
	m := &members{words: w, place: map[int64]int{}, seen: map[int64]string{}}
	for i := range h.Ops {
		op := &h.Ops[i]
		if op.Input.F != jepsen.Read {
			m.bit(op.Input.New)
		} else if op.Outcome == history.OK {
			m.read(op.Output.Value)
		}
	}
	return m
}

func (m *members) bit(member int64) int {
	at, known := m.place[member]
	if !known {
		at = len(m.order)
		m.place[member], m.order = at, append(m.order, member)
	}
	return at
}

func (m *members) read(number int64) {
	if _, known := m.seen[number]; known {
		return
	}
	var bits []byte
	for _, item := range m.values.Value(number).Items {
		at := m.bit(m.values.Of(item))
		for len(bits) <= at/8 {
			bits = append(bits, 0)
		}
		bits[at/8] |= 1 << (at % 8)
	}
	m.seen[number] = string(bits)
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
