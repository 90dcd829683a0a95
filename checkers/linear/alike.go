package linear

import "reflect"

// alike numbers values so that equal ones have the same number, as long as somebody holds one of them. Where values
// cannot be compared all are different, which spares the search less and is right.
type alike struct {
	off, doubtful bool // values are never, or perhaps not, comparable
	held          map[any]*holding
	next          uint32
}

type holding struct {
	number uint32
	count  int
	last   int32 // who joined last
}

// newAlike makes a numbering for values of type T.
func newAlike[T any](on bool) *alike {
	never, perhaps := incomparable(reflect.TypeFor[T]())
	return &alike{off: never || !on, doubtful: perhaps, held: map[any]*holding{}}
}

// join numbers a value and gives who joined with an equal one last, or -1. The key is what leave needs; nil if the
// value is like no other.
func (a *alike) join(value any, who int32) (number uint32, before int32, key any) {
	if a.off || a.doubtful && !reflect.ValueOf(value).Comparable() {
		a.next++
		return a.next, -1, nil
	}
	h := a.held[value]
	if h == nil {
		a.next++
		h = &holding{number: a.next, last: -1}
		a.held[value] = h
	}
	before, h.last = h.last, who
	h.count++
	return h.number, before, value
}

// leave lets go of a value, so that what is kept is no more than what is open at once.
func (a *alike) leave(key any) {
	if key == nil {
		return
	}
	if h := a.held[key]; h != nil {
		if h.count--; h.count == 0 {
			delete(a.held, key)
		}
	}
}

// incomparable says whether == on values of the type always panics, and whether it may because of an interface inside.
func incomparable(t reflect.Type) (never, perhaps bool) {
	switch t.Kind() {
	case reflect.Interface:
		return false, true
	case reflect.Array:
		return incomparable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			n, p := incomparable(t.Field(i).Type)
			never, perhaps = never || n, perhaps || p
		}
		return never, perhaps
	default:
		return !t.Comparable(), false
	}
}
