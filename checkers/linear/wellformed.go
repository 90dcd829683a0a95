package linear

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

// malformed says what makes the history impossible as a record, or nothing. Such a record says nothing about the
// system, so it must never become a violation.
func malformed[I, O any](h *history.History[I, O]) string {
	last := map[int32]int{} // by client, its operation before
	for _, i := range byCall(h, all(h)) {
		op := &h.Ops[i]
		if op.Outcome > history.Unknown {
			return fmt.Sprintf("operation #%d has the outcome %v", i, op.Outcome)
		}
		if op.Return < op.Call {
			return fmt.Sprintf("operation #%d of client %d returns %v before its call", i, op.Client, op.Call-op.Return)
		}
		if before, ok := last[op.Client]; ok && h.Ops[before].Return > op.Call {
			return fmt.Sprintf("client %d calls operation #%d before its operation #%d returned", op.Client, i, before)
		}
		last[op.Client] = int(i)
	}
	return ""
}
