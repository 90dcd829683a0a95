package invariant

import "slices"

// missingUpdates estimates from below how many acknowledged updates of the object are not in its final value.
//
// Where values come back, as balances do, it walks back from the final value along the latest update that left each
// value to what that one had found; those not met are missing. Where they don't, as in a register of unique values,
// every value can have been replaced once.
func (t *timeline[I, O]) missingUpdates(final *Read) int64 {
	if !t.s.Additive {
		var n int64
		for _, group := range t.sameBefore() {
			n += int64(len(group) - 1)
		}
		return n
	}
	if final == nil {
		return 0
	}
	left := map[int64][]int{} // updates by what they left, in order of call
	for _, i := range t.updates {
		u := &t.s.Updates[i]
		if !u.Seen {
			return 0
		}
		left[u.After] = append(left[u.After], i)
	}
	survivors := 0
	for value := final.Value; len(left[value]) > 0; survivors++ {
		last := left[value]
		i := last[len(last)-1]
		left[value] = slices.Delete(last, len(last)-1, len(last))
		value = t.s.Updates[i].Before
	}
	return int64(len(t.updates) - survivors)
}
