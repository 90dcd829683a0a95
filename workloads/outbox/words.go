package outbox

import (
	"fmt"
	"strings"

	"github.com/lostupdate/stress/history"
)

// most is how many versions are told one by one.
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

// versions tells which were published: "1 to 7" if nothing is wrong with them, else one by one.
func versions(events []Event) string {
	if len(events) == 0 {
		return "nothing"
	}
	var all []string
	right := len(events) > 2
	for i, e := range events {
		right = right && e.Version == int64(i+1)
		all = append(all, fmt.Sprint(e.Version))
	}
	switch {
	case right:
		return fmt.Sprintf("1 to %d", len(events))
	case len(all) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
	}
	return strings.Join(all, ", ")
}
