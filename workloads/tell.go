package workloads

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

// Before reports whether the i-th operation, which was OK, surely took effect before the j-th: it had returned when that was
// called, or one client made both, one after the other.
func Before[I, O any](h *history.History[I, O], i, j int) bool {
	a, b := &h.Ops[i], &h.Ops[j]
	return a.Return < b.Call || a.Client == b.Client && i < j
}

// Others says that n others have the same wrong with them as the one told of: "; the same with 2 other jobs". All are wrong for
// one reason mostly, and a hundred sentences would tell nobody more.
func Others(n int, thing string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "; the same with another " + thing
	}
	return fmt.Sprintf("; the same with %d other %ss", n, thing)
}
