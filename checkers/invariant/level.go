package invariant

import (
	"fmt"
	"math"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Level is a value that an operation observed and that must not be negative.
type Level struct {
	Op    int
	Key   uint64
	Value int64
}

// NonNegative reports the first observation of each object that is below zero.
func NonNegative[I, O any](h *history.History[I, O], levels []Level, w Words) checkers.Verdict {
	seen := map[uint64]bool{}
	var anomalies []checkers.Anomaly
	for _, l := range levels {
		if l.Value >= 0 || seen[l.Key] {
			continue
		}
		seen[l.Key] = true
		object := w.Object(l.Key)
		anomalies = append(anomalies, checkers.Anomaly{
			Name: checkers.Overdraft, Object: object, Ops: []int{l.Op}, Lost: -max(l.Value, -math.MaxInt64),
			Message: fmt.Sprintf("%s: %s saw %d, below zero.", object, who(h, w, l.Op), l.Value),
		})
	}
	return checkers.Reject(fold(anomalies, "object")...)
}
