package session

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(key int32) string { return fmt.Sprintf("key %d", key) }

func asked(in Input) string { return fmt.Sprintf("%v key %d", in.Kind, in.Key) }

// Describe tells an operation in words: "read key 7 → version 12".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	switch {
	case op.Outcome != history.OK:
		return fmt.Sprintf("%s, %v", asked(op.Input), op.Outcome)
	case op.Output.Version == 0:
		return asked(op.Input) + " → nothing"
	}
	return fmt.Sprintf("%s → version %d", asked(op.Input), op.Output.Version)
}
