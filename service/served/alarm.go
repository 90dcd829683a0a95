package served

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/rules"
)

// Alarm sees what the workload's own alarm does, and operations that break an invariant which is held against each.
func (w workload[I, O]) Alarm() harness.Alarm[I, O] {
	var all []harness.Alarm[I, O]
	if own, ok := w.Workload.(harness.Alarmed[I, O]); ok {
		all = append(all, own.Alarm())
	}
	if w.rules != nil {
		all = append(all, rules.Alarm(w.rules, w.view()))
	}
	return first(all)
}

// first is the alarm of several, some of which may be nil; nil if all are.
func first[I, O any](all []harness.Alarm[I, O]) (one harness.Alarm[I, O]) {
	for _, next := range all {
		switch before := one; {
		case next == nil:
		case before == nil:
			one = next
		default:
			one = func(ctx context.Context, b history.Batch[I, O]) bool { return before(ctx, b) || next(ctx, b) }
		}
	}
	return one
}
