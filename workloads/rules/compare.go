package rules

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// mostDepth is how deep lists may be in each other: a loop could put one into another for ever.
const mostDepth = 32

var errDeep = errors.New("there are lists in lists, too deep to look at")

// compares says what a comparison gives.
func (r *run) compares(operator string, a, b any) (any, error) {
	if operator == "==" || operator == "!=" {
		same, err := r.equal(a, b, 0)
		return same == (operator == "=="), err
	}
	c, err := r.compare(a, b)
	switch operator {
	case "<":
		return c < 0, err
	case "<=":
		return c <= 0, err
	case ">":
		return c > 0, err
	}
	return c >= 0, err
}

// compare orders two numbers, or two texts.
func (r *run) compare(a, b any) (int, error) {
	x, ok := a.(string)
	y, both := b.(string)
	if ok && both {
		return strings.Compare(x, y), r.charge((len(x) + len(y)) / textPerStep)
	}
	n, ok := a.(int)
	m, both := b.(int)
	if ok && both { // as most are
		return cmp.Compare(n, m), nil
	}
	s, ok := spanOf(a)
	t, both := spanOf(b)
	switch {
	case !ok || !both:
		return 0, fmt.Errorf("it can't be told which is more, %s or %s", show(a), show(b))
	case s.high.Cmp(t.low) < 0:
		return -1, nil
	case s.low.Cmp(t.high) > 0:
		return 1, nil
	case s.low.Cmp(s.high) != 0 || t.low.Cmp(t.high) != 0:
		return 0, errRounded
	}
	return 0, nil
}

// equal says whether two values are the same.
func (r *run) equal(a, b any, depth int) (bool, error) {
	if err := r.step(); err != nil {
		return false, err
	}
	switch x := a.(type) {
	case int, decimal, string:
		return r.equalInOrder(a, b)
	case *record:
		y, ok := b.(*record)
		return ok && x.place == y.place && x.refused == y.refused, nil
	case nil, bool:
		return a == b, nil
	}
	return r.equalInside(reflect.ValueOf(a), reflect.ValueOf(b), depth)
}

// equalInside is equal for lists and maps.
func (r *run) equalInside(x, y reflect.Value, depth int) (bool, error) {
	switch {
	case depth > mostDepth:
		return false, errDeep
	case x.Kind() != y.Kind() || x.Kind() != reflect.Slice && x.Kind() != reflect.Map || x.Len() != y.Len():
		return false, nil
	case x.Kind() == reflect.Map:
		return r.equalMaps(x, y, depth)
	default:
		return r.equalLists(x, y, depth)
	}
}

// equalInOrder is equal for what has an order.
func (r *run) equalInOrder(a, b any) (bool, error) {
	if x, ok := a.(int); ok {
		if y, ok := b.(int); ok { // as most are
			return x == y, nil
		}
	}
	_, text := a.(string)
	_, too := b.(string)
	if _, number := spanOf(b); text != too || !text && !number {
		return false, nil
	}
	c, err := r.compare(a, b)
	return c == 0, err
}

func (r *run) equalLists(x, y reflect.Value, depth int) (bool, error) {
	for i := range x.Len() {
		if same, err := r.equal(x.Index(i).Interface(), y.Index(i).Interface(), depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (r *run) equalMaps(x, y reflect.Value, depth int) (bool, error) {
	for _, key := range sortedKeys(x) {
		if !key.Type().AssignableTo(y.Type().Key()) {
			return false, nil
		}
		other := y.MapIndex(key)
		if !other.IsValid() {
			return false, nil
		}
		if same, err := r.equal(x.MapIndex(key).Interface(), other.Interface(), depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// sortedKeys are the keys of a map in an order that is always the same.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(show(a.Interface()), show(b.Interface())) })
	return keys
}

// in says whether a list has a value, or a map has a key.
func in(r *run, args []any) (any, error) {
	of := reflect.ValueOf(args[1])
	switch of.Kind() {
	case reflect.Invalid:
		return false, nil
	case reflect.Map:
		key, err := identity(args[0])
		if err != nil {
			return nil, err
		}
		k := reflect.ValueOf(key)
		return k.IsValid() && k.Type().AssignableTo(of.Type().Key()) && of.MapIndex(k).IsValid(), nil
	case reflect.Slice:
		for i := range of.Len() {
			if same, err := r.equal(args[0], of.Index(i).Interface(), 1); same || err != nil {
				return same, err
			}
		}
		return false, nil
	}
	return nil, fmt.Errorf("there is nothing in %s", show(args[1]))
}

// identity is the value by which others are the same or not, as in a map.
func identity(x any) (any, error) {
	if d, ok := x.(decimal); ok && !d.exact() {
		return nil, errRounded
	}
	if x != nil && !reflect.TypeOf(x).Comparable() {
		return nil, fmt.Errorf("%s is no number, text or operation", show(x))
	}
	return x, nil
}
