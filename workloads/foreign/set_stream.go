package foreign

import (
	"encoding/binary"
	"fmt"
	"sort"
	"strings"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history/jepsen"
)

// streamedSet is the set of a history of which the end is not known, so that its members can't be given bits. The state is
// the numbers of its members, in ascending order.
func (w words) streamedSet() linear.Model[string, called, answered] {
	m := traced(common(w, linear.Model[string, input, output]{
		Effect: func(state string, in input) (string, bool) { return applied(state, in), true },
		Pure:   func(in input, _ output) bool { return in.F == jepsen.Read },
		State: func(state string) string {
			return w.membersText(len(state)/width, func(i int) int64 { return memberAt(state, i) })
		},
		Type: &linear.Type[input, output]{Act: setAct},
	}))
	m.Step = func(state string, in called, out answered) (string, bool) {
		return applied(state, in.Input), in.F != jepsen.Read || holds(state, out.Members)
	}
	m.Describe = w.describeSet
	m.Type.Members = func(out answered) []int64 { return out.Members }
	return m
}

// memberAt gives the number of a member by its place.
func memberAt(state string, i int) int64 {
	return int64(binary.BigEndian.Uint64([]byte(state[i*width : (i+1)*width])))
}

// applied is a state with a member added or removed.
func applied(state string, in input) string {
	if in.F == jepsen.Read {
		return state
	}
	n := len(state) / width
	i := sort.Search(n, func(i int) bool { return memberAt(state, i) >= in.New })
	there := i < n && memberAt(state, i) == in.New
	switch at := i * width; {
	case there == (in.F == jepsen.Add):
		return state
	case there:
		return state[:at] + state[at+width:]
	default:
		return state[:at] + string(binary.BigEndian.AppendUint64(nil, uint64(in.New))) + state[at:]
	}
}

// holds says whether a state has these members and no others.
func holds(state string, members []int64) bool {
	if len(state) != len(members)*width {
		return false
	}
	for i, member := range members {
		if memberAt(state, i) != member {
			return false
		}
	}
	return true
}

func (w words) describeSet(in called, out answered) string {
	if in.F != jepsen.Read {
		return w.describe(in.Input, out.Output)
	}
	saw := w.membersText(len(out.Members), func(i int) int64 { return out.Members[i] })
	return fmt.Sprintf("%s: %s", w.asked(in.Input), saw)
}

// membersText puts members of a set into words, as many as fit.
func (w words) membersText(n int, at func(i int) int64) string {
	text := &strings.Builder{}
	text.WriteString("#{")
	for i := range n {
		if i > 0 {
			text.WriteByte(' ')
		}
		if text.Len() > longest {
			text.WriteString("…")
			break
		}
		text.WriteString(w.text(at(i)))
	}
	text.WriteString("}")
	return text.String()
}
