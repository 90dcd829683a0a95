package monitor

// numbering numbers values from 0 in the order in which they come.
type numbering struct {
	numbers valueTable
	count   int32
}

// noPlace stands for an operation, a value or a number that is not there.
const noPlace int32 = -1

// newNumbering gets ready for the values of the operations of the kinds that are wanted.
func newNumbering(ops []Op, wanted func(Kind) bool) *numbering {
	var values reach
	found := 0
	for i := range ops {
		if !wanted(ops[i].Kind) {
			continue
		}
		if found++; found == 1 {
			values = reachOf(ops[i].Value)
		}
		values.include(ops[i].Value)
	}
	return &numbering{numbers: newValueTable(values.low, values.high, found)}
}

// of gives a value's number, or noPlace.
func (n *numbering) of(value int64) int32 { return n.numbers.find(value) }

// add gives a value's number, a new one if it has none. The value must be one that newNumbering saw.
func (n *numbering) add(value int64) int32 {
	if n.numbers.add(value, n.count) {
		n.count++
		return n.count - 1
	}
	return n.numbers.find(value)
}
