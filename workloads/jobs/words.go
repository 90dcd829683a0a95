package jobs

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(job int32) string { return fmt.Sprintf("job %d", job) }

func asked(in Input) string {
	switch in.Kind {
	case Claim, Work:
		return in.Kind.String()
	case Effects:
		return fmt.Sprintf("effects of job %d", in.Job)
	case Crash:
		return fmt.Sprintf("crash with job %d", in.Job)
	}
	return fmt.Sprintf("%v job %d", in.Kind, in.Job)
}

// Describe tells an operation in words: "finish job 7 → done".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	}
	return asked(op.Input) + answered(op.Input, op.Output)
}

func answered(in Input, out Output) string {
	switch {
	case in.Kind == Effects:
		return fmt.Sprintf(" → %d", out.Count)
	case in.Kind == Finish && out.Done:
		return " → done"
	case in.Kind == Finish:
		return " → refused"
	case in.Kind.ofJob():
		return ""
	case out.Found:
		return fmt.Sprintf(" → job %d", out.Job)
	}
	return " → none"
}
