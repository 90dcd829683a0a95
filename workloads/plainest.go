package workloads

import (
	"fmt"

	"github.com/lostupdate/stress/checkers"
)

// Finding is what is wrong with one object, in a sentence without its name and its full stop. One without operations says
// that nothing is.
type Finding struct {
	checkers.Anomaly
	// Weight is how hard it is to understand, such as how many operations it takes to tell.
	Weight int
}

// Plainest gives, of an anomaly that was looked for on every object, the finding that is easiest to understand, and says how
// many other objects have it: all are wrong for one reason, and a hundred sentences would tell nobody more. The noun is what
// an object is, such as "key".
func Plainest[T any](all []T, noun string, find func(T) Finding) []checkers.Anomaly {
	var best Finding
	n := 0
	for _, object := range all {
		f := find(object)
		if len(f.Ops) == 0 {
			continue
		}
		if n++; n == 1 || f.Weight < best.Weight {
			best = f
		}
	}
	if n == 0 {
		return nil
	}
	best.Message = best.Object + ": " + best.Message
	switch {
	case n == 2:
		best.Message += "; the same on another " + noun
	case n > 2:
		best.Message += fmt.Sprintf("; the same on %d other %ss", n-1, noun)
	}
	best.Message += "."
	return []checkers.Anomaly{best.Anomaly}
}
