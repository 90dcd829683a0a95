package monitor

// numbering numbers values from 0 in the order in which they come. Values of a small range it finds in a table, which
// is several times faster than a map.
type numbering struct {
	low    int64
	table  []int32 // the number of low+i and 1 more, or 0
	sparse map[int64]int32
	count  int32
}

// noPlace stands for an operation, a value or a number that is not there.
const noPlace int32 = -1

// newNumbering gets ready for the values of the operations of the kinds that are wanted.
func newNumbering(ops []Op, wanted func(Kind) bool) *numbering {
	var low, high int64
	found := 0
	for i := range ops {
		if !wanted(ops[i].Kind) {
			continue
		}
		if value := ops[i].Value; found == 0 {
			low, high = value, value
		} else {
			low, high = min(low, value), max(high, value)
		}
		found++
	}
	if span := uint64(high) - uint64(low); span <= 4*uint64(found)+1024 {
		return &numbering{low: low, table: make([]int32, span+1)}
	}
	return &numbering{sparse: map[int64]int32{}}
}

// of gives a value's number, or noPlace.
func (n *numbering) of(value int64) int32 {
	if n.sparse == nil {
		if at := uint64(value) - uint64(n.low); value >= n.low && at < uint64(len(n.table)) {
			return n.table[at] - 1
		}
		return noPlace
	}
	if number, ok := n.sparse[value]; ok {
		return number
	}
	return noPlace
}

// add gives a value's number, a new one if it has none. The value must be one that newNumbering saw.
func (n *numbering) add(value int64) int32 {
	if number := n.of(value); number != noPlace {
		return number
	}
	n.count++
	if n.sparse == nil {
		n.table[uint64(value)-uint64(n.low)] = n.count
	} else {
		n.sparse[value] = n.count - 1
	}
	return n.count - 1
}
