package doctors

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(key uint64) string { return fmt.Sprintf("shift %d", key) }

func asked(in Input) string {
	switch in.Kind {
	case Leave:
		return fmt.Sprintf("leave shift %d as doctor %d", in.Shift, in.Doctor)
	case Return:
		return fmt.Sprintf("return to shift %d as doctor %d", in.Shift, in.Doctor)
	default:
		return fmt.Sprintf("%v of shift %d", in.Kind, in.Shift)
	}
}

// Describe tells an operation in words: "leave shift 7 as doctor 1 → refused".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	}
	return describe(op.Input, op.Output)
}

func describe(in Input, out Output) string {
	text := asked(in)
	switch {
	case in.Kind == Status:
		return fmt.Sprintf("%s → %v", text, out.OnCall)
	case in.Kind == Return:
		return text
	case out.Refused:
		return text + " → refused"
	}
	return text + " → left"
}
