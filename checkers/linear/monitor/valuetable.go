package monitor

import "math"

// valueTable gives each of some values a number from 0: by a table where the values lie close together, else by a map.
type valueTable struct {
	low    int64
	dense  []int32 // the number of value low+i, plus 1; 0 if it has none
	sparse map[int64]int32
}

// newValueTable makes room for so many values, all between low and high.
func newValueTable(low, high int64, count int) valueTable {
	if spread := uint64(high) - uint64(low); spread < 4*uint64(count)+1024 {
		return valueTable{low: low, dense: make([]int32, spread+1)}
	}
	return valueTable{sparse: make(map[int64]int32, count)}
}

// add numbers a value, and gives false if it has a number.
func (n *valueTable) add(value int64, number int32) bool {
	if n.find(value) >= 0 {
		return false
	}
	if n.dense != nil {
		n.dense[value-n.low] = number + 1
	} else {
		n.sparse[value] = number + 1
	}
	return true
}

// find gives the number of any value, or -1.
func (n *valueTable) find(value int64) int32 {
	if n.dense == nil {
		return n.sparse[value] - 1
	}
	if i := uint64(value) - uint64(n.low); i < uint64(len(n.dense)) {
		return n.dense[i] - 1
	}
	return -1
}

// placesOf numbers values by their places in a list, and gives besides the place of the second of two equal ones, or -1.
func placesOf(values []int64) (*valueTable, int) {
	within := reachOf(0)
	for i, v := range values {
		if i == 0 {
			within = reachOf(v)
		}
		within.include(v)
	}
	places := newValueTable(within.low, within.high, len(values))
	for i, v := range values {
		if !places.add(v, int32(i)) {
			return &places, i
		}
	}
	return &places, -1
}

// reach is the least and the greatest of some values.
type reach struct{ low, high int64 }

func reachOf(value int64) reach { return reach{low: value, high: value} }

func (r *reach) include(value int64) { r.low, r.high = min(r.low, value), max(r.high, value) }

// beginning is before every time of a history.
const beginning int64 = math.MinInt64
