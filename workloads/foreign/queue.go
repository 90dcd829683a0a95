package foreign

import (
	"encoding/binary"
	"strings"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history/jepsen"
)

// width is what a value takes in the state of a queue.
const width = 8

// queue gives back first what was put in first, and nil if it is empty. The state is the numbers of its values, the
// first one first.
func (w words) queue() linear.Model[string, input, output] {
	push := func(state string, value int64) string {
		return string(binary.BigEndian.AppendUint64([]byte(state), uint64(value)))
	}
	first := func(state string) int64 { return int64(binary.BigEndian.Uint64([]byte(state[:width]))) }
	return linear.Model[string, input, output]{
		Step: func(state string, in input, out output) (string, bool) {
			switch {
			case in.F == jepsen.Enqueue:
				return push(state, in.New), true
			case state == "":
				return state, out.Value == jepsen.None
			}
			return state[width:], out.Value == first(state)
		},
		Effect: func(state string, in input) (string, bool) {
			switch {
			case in.F == jepsen.Enqueue:
				return push(state, in.New), true
			case state == "":
				return state, true
			}
			return state[width:], true
		},
		Pure: func(in input, out output) bool { return in.F == jepsen.Dequeue && out.Value == jepsen.None },
		State: func(state string) string {
			var names []string
			for ; state != "" && len(names) < longest/width; state = state[width:] {
				names = append(names, w.text(first(state)))
			}
			if state != "" {
				names = append(names, "…")
			}
			return "[" + strings.Join(names, " ") + "]"
		},
		Type: &linear.Type[input, output]{Act: queueAct},
	}
}

// queueAct says what an operation on a queue did; nil is never a value of one.
func queueAct(in input, out output, known bool) monitor.Act {
	switch {
	case in.F == jepsen.Enqueue:
		return monitor.Act{Kind: monitor.Enqueue, Value: in.New}
	case known && out.Value == jepsen.None:
		return monitor.Act{Kind: monitor.DequeueEmpty}
	}
	return monitor.Act{Kind: monitor.Dequeue, Value: out.Value}
}
