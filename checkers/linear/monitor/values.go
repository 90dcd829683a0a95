package monitor

import "math"

// valueIndex finds the place of a value in a list in O(1): by position, if the values are about as dense as the list is
// long, which those of a counter of the client are, else by hash.
type valueIndex struct {
	least  int64
	dense  []int32 // one more than the place; 0 if none
	sparse map[int64]int32
}

// newValueIndex gives besides the place of the second of two equal values, or -1.
func newValueIndex(values []int64) (*valueIndex, int) {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	x := &valueIndex{least: least}
	// The difference fits in 64 bits without sign, whatever the two are.
	if spread := uint64(most) - uint64(least); len(values) > 0 && spread < 4*uint64(len(values))+64 {
		x.dense = make([]int32, spread+1)
	} else {
		x.sparse = make(map[int64]int32, len(values))
	}
	for i, v := range values {
		if x.at(v) >= 0 {
			return x, i
		}
		if x.dense != nil {
			x.dense[v-least] = int32(i) + 1
		} else {
			x.sparse[v] = int32(i) + 1
		}
	}
	return x, -1
}

// at gives the place of a value, or -1.
func (x *valueIndex) at(v int64) int32 {
	if x.dense == nil {
		return x.sparse[v] - 1
	}
	if at := uint64(v) - uint64(x.least); v >= x.least && at < uint64(len(x.dense)) {
		return x.dense[at] - 1
	}
	return -1
}
