package jepsen

import (
	"math"
	"strconv"

	"github.com/lostupdate/stress/history/edn"
)

// None is the number of nil.
const None int64 = math.MinInt64

// lowest is where whole numbers begin to stand for themselves; those below are numbers of other values.
const lowest = math.MinInt64 + 1<<32

// Values numbers the values of a history, so that operations are small and their values can be compared. A whole number
// stands for itself, as long as it is not among the 2³² lowest of 64 bits; nil is [None].
type Values struct {
	all    []edn.Value
	number map[string]int64 // by what is printed
	buf    []byte
}

// NewValues makes an empty numbering.
func NewValues() *Values { return &Values{number: map[string]int64{}} }

// Of gives the number of a value.
func (v *Values) Of(value edn.Value) int64 {
	if value.Kind == edn.Nil {
		return None
	}
	if n, ok := value.Int64(); ok && n >= lowest {
		return n
	}
	v.buf = value.Append(v.buf[:0])
	if n, ok := v.number[string(v.buf)]; ok {
		return n
	}
	n := None + 1 + int64(len(v.all))
	v.all = append(v.all, value)
	v.number[string(v.buf)] = n
	return n
}

// OfInt gives the number of a whole number.
func (v *Values) OfInt(n int64) int64 {
	if n >= lowest {
		return n
	}
	return v.Of(edn.Value{Kind: edn.Int, Text: strconv.FormatInt(n, 10)})
}

// Value gives the value that has the number.
func (v *Values) Value(number int64) edn.Value {
	if number >= lowest {
		return edn.Value{Kind: edn.Int, Text: strconv.FormatInt(number, 10)}
	}
	if i := number - None - 1; number != None && i < int64(len(v.all)) {
		return v.all[i]
	}
	return edn.Value{}
}

// Int gives the whole number that has the number; 0 if it is none.
func (v *Values) Int(number int64) int64 {
	if number >= lowest {
		return number
	}
	n, _ := v.Value(number).Int64()
	return n
}

// Text prints the value that has the number.
func (v *Values) Text(number int64) string { return string(v.Append(nil, number)) }

// Append prints it to the end of a text.
func (v *Values) Append(to []byte, number int64) []byte {
	if number >= lowest {
		return strconv.AppendInt(to, number, 10)
	}
	return v.Value(number).Append(to)
}
