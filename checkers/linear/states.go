package linear

import (
	"reflect"
	"unsafe"
)

// states numbers the states of a model, from 0.
type states[S comparable] struct {
	of     []S
	number map[S]uint32
	deep   func(S) int64 // bytes that a state occupies besides itself; nil: none
	extra  int64         // the sum of deep
}

func newStates[S comparable]() *states[S] {
	s := &states[S]{number: map[S]uint32{}}
	if holdsStrings(reflect.TypeFor[S]()) {
		s.deep = func(state S) int64 { return stringBytes(reflect.ValueOf(state)) }
	}
	return s
}

func (s *states[S]) id(state S) uint32 {
	if id, ok := s.number[state]; ok {
		return id
	}
	id := uint32(len(s.of))
	s.of = append(s.of, state)
	s.number[state] = id
	if s.deep != nil {
		s.extra += s.deep(state)
	}
	return id
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
