package rules

import (
	"fmt"
	"reflect"
)

// each gives what is in values and in lists in them, one after the other.
func (r *run) each(values []any, depth int, take func(x any) error) error {
	if depth > mostDepth {
		return errDeep
	}
	for _, x := range values {
		if err := r.step(); err != nil {
			return err
		}
		inner, isList, err := r.elements(x)
		switch {
		case err != nil:
		case isList:
			err = r.each(inner, depth+1, take)
		default:
			err = take(x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// elements are what is in a list, if it is one.
func (r *run) elements(x any) (all []any, isList bool, err error) {
	if all, ok := x.([]any); ok {
		return all, true, nil
	}
	v := reflect.ValueOf(x)
	if v.Kind() != reflect.Slice {
		return nil, false, nil
	}
	if err := r.grow(v.Len()); err != nil {
		return nil, true, err
	}
	all = make([]any, v.Len())
	for i := range all {
		all[i] = v.Index(i).Interface()
	}
	return all, true, nil
}

func (r *run) list(name string, x any) ([]any, error) {
	all, ok, err := r.elements(x)
	if err == nil && !ok {
		err = fmt.Errorf("%s is of lists, not of %s", name, show(x))
	}
	return all, err
}

// numbers are all that is in values and in lists in them.
func (r *run) numbers(name string, values []any) ([]any, error) {
	var all []any
	err := r.each(values, 0, func(x any) error {
		if _, ok := spanOf(x); !ok {
			return fmt.Errorf("%s is of numbers, and one of these is %s", name, show(x))
		}
		all = append(all, x)
		return r.made(1)
	})
	return all, err
}

// sum adds up what is in a list.
func sum(r *run, args []any) (any, error) {
	all, err := r.list("sum", args[0])
	if err != nil {
		return nil, err
	}
	return r.sum("sum", all)
}

func (r *run) sum(name string, all []any) (total any, err error) {
	total = 0
	for _, x := range all {
		if _, ok := spanOf(x); !ok {
			return nil, fmt.Errorf("%s is of numbers, and one of these is %s", name, show(x))
		}
		if total, err = r.binary("+", total, x); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func mean(r *run, args []any) (any, error) {
	all, err := r.numbers("mean", args)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	total, err := r.sum("mean", all)
	if err != nil {
		return nil, err
	}
	return calculate("/", total, len(all))
}

func median(r *run, args []any) (any, error) {
	all, err := r.numbers("median", args)
	if err == nil {
		err = r.sort(all, func(x any) any { return x }, false)
	}
	n := len(all)
	switch {
	case err != nil || n == 0:
		return 0, err
	case n%2 == 1:
		return all[n/2], nil
	}
	return mean(r, all[n/2-1:n/2+1])
}

// extreme is max or min, by which of two is kept.
func extreme(name string, sign int) function {
	return func(r *run, args []any) (any, error) {
		all, err := r.numbers(name, args)
		if err != nil || len(all) == 0 {
			return nil, err
		}
		best := all[0]
		for _, x := range all[1:] {
			c, err := r.compare(x, best)
			if err != nil {
				return nil, err
			}
			if c*sign > 0 {
				best = x
			}
		}
		return best, nil
	}
}

// flatten puts what is in the lists of a list into one.
func flatten(r *run, args []any) (any, error) {
	all, err := r.list("flatten", args[0])
	if err != nil {
		return nil, err
	}
	out := []any{}
	err = r.each(all, 0, func(x any) error {
		out = append(out, x)
		return r.made(1)
	})
	return out, err
}

// unique gives each value of a list once, in the order of their first places.
func unique(r *run, args []any) (any, error) {
	all, err := r.list(uniqueName, args[0])
	if err != nil {
		return nil, err
	}
	seen := map[any]bool{}
	out := []any{}
	for _, x := range all {
		key, err := identity(x)
		if err == nil {
			err = r.made(1)
		}
		if err != nil {
			return nil, err
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, x)
		}
	}
	return out, nil
}
