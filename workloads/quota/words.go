package quota

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(key uint64) string { return fmt.Sprintf("quota %d", key) }

func asked(in Input) string {
	if in.Kind == Take {
		return fmt.Sprintf("take %d of quota %d", in.Amount, in.Quota)
	}
	return fmt.Sprintf("%v of quota %d", in.Kind, in.Quota)
}

// Describe tells an operation in words: "take 2 of quota 7 → refused".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	}
	return describe(op.Input, op.Output)
}

func describe(in Input, out Output) string {
	text := asked(in)
	switch {
	case in.Kind == Used:
		return fmt.Sprintf("%s → %d", text, out.Used)
	case out.Refused:
		return text + " → refused"
	}
	return text + " → given"
}
