package jepsen

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"
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
	all    []numbered
	number map[string]int64 // of what is no collection, by what is printed
	buf    []byte

	// A read of a set may have a million members, and there may be many reads: collections are kept as the numbers of
	// their members, and found by a hash, which only says where to compare.
	collections map[uint64][]int64
	seed        maphash.Seed
}

// numbered is a value that has a number. Of a collection it has but the kind.
type numbered struct {
	value edn.Value
	items []int64
}

// NewValues makes an empty numbering.
func NewValues() *Values {
	return &Values{number: map[string]int64{}, collections: map[uint64][]int64{}, seed: maphash.MakeSeed()}
}

// Of gives the number of a value.
func (v *Values) Of(value edn.Value) int64 {
	if value.Kind == edn.Nil {
		return None
	}
	if n, ok := value.Int64(); ok && n >= lowest {
		return n
	}
	if collection(value) {
		return v.ofCollection(value)
	}
	v.buf = value.Append(v.buf[:0])
	if n, ok := v.number[string(v.buf)]; ok {
		return n
	}
	n := v.add(numbered{value: value})
	v.number[string(v.buf)] = n
	return n
}

func (v *Values) add(value numbered) int64 {
	v.all = append(v.all, value)
	return None + int64(len(v.all))
}

func (v *Values) ofCollection(value edn.Value) int64 {
	items := v.each(value)
	hash := v.hash(value.Kind, items)
	for _, n := range v.collections[hash] {
		if known := v.entry(n); known.value.Kind == value.Kind && slices.Equal(known.items, items) {
			return n
		}
	}
	n := v.add(numbered{edn.Value{Kind: value.Kind}, items})
	v.collections[hash] = append(v.collections[hash], n)
	return n
}

func (v *Values) each(collection edn.Value) []int64 {
	items := make([]int64, len(collection.Items))
	for i, item := range collection.Items {
		items[i] = v.Of(item)
	}
	return items
}

// members gives the numbers of what is in a collection, each once, in ascending order; it gets no number itself.
func (v *Values) members(collection edn.Value) []int64 {
	items := v.each(collection)
	slices.Sort(items)
	return slices.Compact(items)
}

func (v *Values) hash(kind edn.Kind, items []int64) uint64 {
	v.buf = append(v.buf[:0], byte(kind))
	for _, item := range items {
		v.buf = binary.LittleEndian.AppendUint64(v.buf, uint64(item))
	}
	return maphash.Bytes(v.seed, v.buf)
}

// OfInt gives the number of a whole number.
func (v *Values) OfInt(n int64) int64 {
	if n >= lowest {
		return n
	}
	return v.Of(edn.Value{Kind: edn.Int, Text: strconv.FormatInt(n, 10)})
}

// entry gives what has a number below lowest; the zero entry, of nil, if nothing has.
func (v *Values) entry(number int64) (e numbered) {
	if i := number - None - 1; number != None && i < int64(len(v.all)) {
		return v.all[i]
	}
	return e
}

// Value gives the value that has the number.
func (v *Values) Value(number int64) edn.Value {
	if number >= lowest {
		return edn.Value{Kind: edn.Int, Text: strconv.FormatInt(number, 10)}
	}
	e := v.entry(number)
	for _, item := range e.items {
		e.value.Items = append(e.value.Items, v.Value(item))
	}
	return e.value
}

// Items gives the numbers of the members of the set, vector or list that has the number, none of anything else. They
// must not be changed.
func (v *Values) Items(number int64) []int64 {
	if number >= lowest {
		return nil
	}
	return v.entry(number).items
}

// Int gives the whole number that has the number; 0 if it is none.
func (v *Values) Int(number int64) int64 {
	if number >= lowest {
		return number
	}
	n, _ := v.entry(number).value.Int64()
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
