package rules

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// Alarm says of operations while a run goes on whether one of them breaks a rule that is held against each and speaks of no
// list: whatever comes later, [Check] will find it. It is nil if there is no such rule.
func Alarm[I, O any](s *Set, view func(op *history.Op[I, O]) View) harness.Alarm[I, O] {
	var own []*rule
	for _, r := range s.rules {
		if r.Each == PerOperation && len(r.lists) == 0 {
			own = append(own, r)
		}
	}
	if len(own) == 0 {
		return nil
	}
	return func(ctx context.Context, b history.Batch[I, O]) bool {
		sheet, err := newSheet(s.lang, &history.History[I, O]{Ops: b.Done}, view, false)
		if err != nil {
			return false // Check tells of it
		}
		for _, r := range own {
			c := &check{lang: s.lang, sheet: sheet, rule: r, run: newRun(ctx, len(b.Done))}
			if c.verdict(); c.violated.Name != "" {
				return true
			}
		}
		return false
	}
}
