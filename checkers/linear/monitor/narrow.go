package monitor

import "slices"

// narrow drops as many things as it can so that the rest still proves what it did, in chunks that halve (Zeller &
// Hildebrandt, "Simplifying and isolating failure-inducing input", 2002). What proves it must prove it with more things
// too; then nothing can be dropped from the answer, unless the tries ran out.
func narrow(things []int32, tries int, proves func(rest []int32) bool) []int32 {
	rest := make([]int32, 0, len(things))
	for size := len(things); size > 0; size /= 2 {
		for from := 0; from < len(things); {
			if tries--; tries < 0 {
				return things
			}
			to := min(from+size, len(things))
			rest = append(append(rest[:0], things[:from]...), things[to:]...)
			if proves(rest) {
				things = slices.Clone(rest)
			} else {
				from = to
			}
		}
	}
	return things
}

// triesFor bounds the work of narrowing a history of so many operations to that of checking it a few times, or a few
// million operations.
func triesFor(operations int) int { return 4 + 2_000_000/max(operations, 1) }

// apart gives the places that are not among others; both are in ascending order. It gives nil if there are none.
func apart(places, others []int32) []int32 {
	var rest []int32
	for _, place := range places {
		if _, found := slices.BinarySearch(others, place); !found {
			rest = append(rest, place)
		}
	}
	return rest
}
