package unique

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(key uint64) string { return fmt.Sprintf("key %d", key) }

func asked(in Input) string { return fmt.Sprintf("%v key %d", in.Kind, in.Key) }

// Describe tells an operation in words: "create key 7 → id 12 (new)".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	}
	return describe(op.Input, op.Output)
}

func describe(in Input, out Output) string {
	text := asked(in) + " → "
	switch {
	case in.Kind == Count:
		return fmt.Sprintf("%s%d", text, out.Count)
	case !out.Found:
		return text + "nothing"
	case out.Created:
		return fmt.Sprintf("%sid %d (new)", text, out.ID)
	}
	return fmt.Sprintf("%sid %d", text, out.ID)
}

// String tells what a key holds.
func (s State) String() string {
	switch {
	case !s.Present:
		return "nothing"
	case !s.Known:
		return "an id that nobody was told"
	}
	return fmt.Sprintf("id %d", s.ID)
}
