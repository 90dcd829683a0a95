package outbox

import (
	"fmt"
	"strings"

	"github.com/lostupdate/stress/history"
)

// most is how many runs of versions are told.
const most = 20

func object(key int32) string { return fmt.Sprintf("key %d", key) }

func asked(in Input) string {
	switch in.Kind {
	case Publish, Drain:
		return in.Kind.String()
	case Crash:
		return fmt.Sprintf("crash while writing key %d", in.Key)
	case Published:
		return fmt.Sprintf("published of key %d", in.Key)
	}
	return fmt.Sprintf("%v key %d", in.Kind, in.Key)
}

// Describe tells an operation in words: "write key 7 → version 3".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	}
	switch in, out := op.Input, op.Output; in.Kind {
	case Write:
		return fmt.Sprintf("%s → version %d", asked(in), out.Version)
	case Publish, Drain:
		return fmt.Sprintf("%s → %d events", asked(in), out.Count)
	case Published:
		return asked(in) + " → " + versions(out.Events)
	default:
		return asked(in)
	}
}

// versions tells which were published: "1 to 12, 14, 13, 15 to 90". Three or more that follow each other are told together.
func versions(events []Event) string {
	if len(events) == 0 {
		return "nothing"
	}
	var all []string
	for from := 0; from < len(events); {
		to := from
		for to+1 < len(events) && events[to+1].Version == events[to].Version+1 {
			to++
		}
		if to > from+1 {
			all = append(all, fmt.Sprintf("%d to %d", events[from].Version, events[to].Version))
		} else {
			to = from
			all = append(all, fmt.Sprint(events[from].Version))
		}
		from = to + 1
	}
	if len(all) > most {
		return strings.Join(all[:most], ", ") + " and so on"
	}
	return strings.Join(all, ", ")
}
