package lock

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(lock int32) string { return fmt.Sprintf("lock %d", lock) }

func asked(in Input) string { return fmt.Sprintf("%v lock %d", in.Kind, in.Lock) }

// Describe tells an operation in words: "acquire lock 0 → got it, token 34".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	}
	return asked(op.Input) + " → " + answer(op.Input.Kind, op.Output)
}

func answer(kind Kind, out Output) string {
	switch {
	case kind == Use && out.Accepted:
		return fmt.Sprintf("access %d", out.Seq)
	case kind == Use:
		return "refused"
	case kind == Release && out.Held:
		return "released"
	case kind == Release:
		return "not held any more"
	case out.Got && out.Token != 0:
		return fmt.Sprintf("got it, token %d", out.Token)
	case out.Got:
		return "got it"
	}
	return "taken"
}
