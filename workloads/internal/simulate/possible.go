package simulate

import (
	"slices"

	"github.com/lostupdate/stress/history"
)

// Possible tries all orders of the operations of one object from a state, and for each of unknown outcome that it has no
// effect. After gives the states that an operation may leave, none if it can't have been answered so. No operation may have
// failed.
func Possible[S, I, O any](ops []history.Op[I, O], s S, after func(*history.Op[I, O], S) []S) bool {
	if !slices.ContainsFunc(ops, func(o history.Op[I, O]) bool { return o.Outcome == history.OK }) {
		return true
	}
	for i := range ops {
		if !mayBeFirst(ops, i) {
			continue
		}
		rest := slices.Delete(slices.Clone(ops), i, i+1)
		for _, next := range after(&ops[i], s) {
			if Possible(rest, next, after) {
				return true
			}
		}
	}
	return false
}

// mayBeFirst says whether no operation ended before the i-th began; those that end as it begins may come after it.
func mayBeFirst[I, O any](ops []history.Op[I, O], i int) bool {
	return !slices.ContainsFunc(ops, func(o history.Op[I, O]) bool {
		return o.Outcome == history.OK && o.Return < ops[i].Call
	})
}
