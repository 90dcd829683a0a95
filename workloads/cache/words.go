package cache

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(key uint64) string { return fmt.Sprintf("key %d", key) }

func asked(in Input) string { return fmt.Sprintf("%v key %d", in.Kind, in.Key) }

// Describe tells an operation in words: "read key 7 → version 4 (filled)".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	}
	return describe(op.Input, op.Output)
}

func describe(in Input, out Output) string {
	text := asked(in) + " → "
	switch {
	case in.Kind == Cached && out.Nothing:
		return text + "nothing"
	case out.Filled:
		return fmt.Sprintf("%sversion %d (filled)", text, out.Version)
	}
	return fmt.Sprintf("%sversion %d", text, out.Version)
}
