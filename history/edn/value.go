// Package edn reads and prints EDN, the notation of Clojure, in which Jepsen keeps histories.
//
// It promises that a text of any size is read one form at a time; that what is held for one form is bounded; that every
// error names the line where it is; and that two values which EDN calls equal are printed alike.
//
// It is written here, as the one library for Go (olympos.io/encoding/edn, without a release since it was written, and
// unchanged since 2020) can't be used for histories: its errors have no place, a history that is one vector must fit
// into memory as a whole, a ratio in any member refuses the text, and of {:value 1, :value 2} it silently keeps one.
// A damaged history must be an error, or it becomes a wrong verdict.
package edn

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Kind says what a value is.
type Kind uint8

// The kinds, in the order in which members of sets are printed.
const (
	Nil Kind = iota
	Bool
	Int    // a whole number of any size
	Number // any other number: 1.5, 3M, 1/2, ##Inf
	String
	Char
	Keyword
	Symbol
	List
	Vector
	Set
	Map
	Tagged
)

// Value is one form. The zero value is nil.
type Value struct {
	Kind Kind
	// Text is what a scalar says: the digits of a number, what is between the quotes of a string, escapes undone, the name
	// of a keyword without its colon. Of a tagged value it is the tag.
	Text string
	// Items are the members of a collection, those of sets in order. A map has keys and values in turn, in order of the
	// keys. A tagged value has one.
	Items []Value
}

// Int64 gives a whole number, if the value is one of 64 bits.
func (v Value) Int64() (n int64, ok bool) {
	if v.Kind != Int {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Text, 10, 64)
	return n, err == nil
}

// Get gives the value that a map has for the keyword of that name.
func (v Value) Get(keyword string) (value Value, ok bool) {
	if v.Kind != Map {
		return Value{}, false
	}
	for i := 0; i < len(v.Items); i += 2 {
		if key := &v.Items[i]; key.Kind == Keyword && key.Text == keyword {
			return v.Items[i+1], true
		}
	}
	return Value{}, false
}

// Untagged gives what is behind the tags of a value, if it has any.
func (v Value) Untagged() Value {
	for v.Kind == Tagged {
		v = v.Items[0]
	}
	return v
}

// Compare orders values: by kind, then whole numbers by size and others by what they say. Equal ones give 0.
func Compare(a, b Value) int {
	if c := cmp.Compare(a.Kind, b.Kind); c != 0 {
		return c
	}
	if a.Kind == Int {
		return compareInt(a.Text, b.Text)
	}
	if c := strings.Compare(a.Text, b.Text); c != 0 {
		return c
	}
	return slices.CompareFunc(a.Items, b.Items, Compare)
}

// compareInt orders whole numbers of any size.
func compareInt(a, b string) int {
	less, than := strings.HasPrefix(a, "-"), strings.HasPrefix(b, "-")
	switch {
	case less && than:
		return compareInt(b[1:], a[1:])
	case less:
		return -1
	case than:
		return 1
	case len(a) != len(b):
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}

// sortPairs puts the keys of a map in order.
func sortPairs(items []Value) []Value {
	pairs := make([][2]Value, 0, len(items)/2)
	for i := 0; i < len(items); i += 2 {
		pairs = append(pairs, [2]Value{items[i], items[i+1]})
	}
	slices.SortFunc(pairs, func(a, b [2]Value) int { return Compare(a[0], b[0]) })
	for i, pair := range pairs {
		items[2*i], items[2*i+1] = pair[0], pair[1]
	}
	return items
}
