package linear

import (
	"reflect"
	"slices"
	"unsafe"
)

// states numbers the states of a model, from 0.
type states[S comparable] struct {
	of     []S
	number map[S]uint32  // nil while a look at all is as fast
	spare  map[S]uint32  // empty, to be used for number
	deep   func(S) int64 // bytes that a state occupies besides itself; nil: none
	extra  int64         // the sum of deep
}

// fewStates is how many states are looked through one by one.
const fewStates = 8

// fewNumbers is of how many states a map is worth being emptied and used again.
const fewNumbers = 256

func newStates[S comparable]() states[S] {
	var s states[S]
	if holdsStrings(reflect.TypeFor[S]()) {
		s.deep = func(state S) int64 { return stringBytes(reflect.ValueOf(state)) }
	}
	return s
}

// empty forgets all states.
func (s *states[S]) empty() {
	if s.number != nil && len(s.number) <= fewNumbers {
		clear(s.number)
		s.spare = s.number
	}
	s.of, s.number, s.extra = s.of[:0], nil, 0
}

func (s *states[S]) id(state S) uint32 {
	if id, ok := s.find(state); ok {
		return id
	}
	id := uint32(len(s.of))
	s.of = append(s.of, state)
	if s.deep != nil {
		s.extra += s.deep(state)
	}
	switch {
	case s.number != nil:
		s.number[state] = id
	case len(s.of) > fewStates:
		if s.number, s.spare = s.spare, nil; s.number == nil {
			s.number = make(map[S]uint32, 4*fewStates)
		}
		for id, state := range s.of {
			s.number[state] = uint32(id)
		}
	}
	return id
}

func (s *states[S]) find(state S) (id uint32, ok bool) {
	if s.number != nil {
		id, ok = s.number[state]
		return id, ok
	}
	n := slices.Index(s.of, state)
	return uint32(n), n >= 0
}

// bytes is about what all states occupy: once in the list, about twice in the map, which is never more than half empty.
func (s *states[S]) bytes() int64 {
	var one S
	each := int64(unsafe.Sizeof(one))
	return s.extra + int64(cap(s.of))*each + 2*int64(len(s.number))*(each+5)
}

func holdsStrings(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Interface:
		return true
	case reflect.Array:
		return holdsStrings(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if holdsStrings(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

func stringBytes(v reflect.Value) (n int64) {
	switch v.Kind() {
	case reflect.String:
		return int64(v.Len())
	case reflect.Interface:
		if !v.IsNil() {
			return int64(v.Elem().Type().Size()) + stringBytes(v.Elem())
		}
	case reflect.Array:
		for i := range v.Len() {
			n += stringBytes(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += stringBytes(v.Field(i))
		}
	}
	return n
}
