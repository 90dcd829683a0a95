package rules

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// valuesOf are what a map has, in the order of its keys.
func valuesOf(r *run, args []any) (any, error) {
	m := reflect.ValueOf(args[0])
	if m.Kind() != reflect.Map {
		return nil, fmt.Errorf("values is of maps, not of %s", show(args[0]))
	}
	out := []any{}
	for _, key := range sortedKeys(m) {
		out = append(out, m.MapIndex(key).Interface())
	}
	return out, r.made(len(out))
}

// sorted is sort; with pairs of elements and what they are sorted by, sortBy.
func sorted(by func(x any) any, what func(x any) any) function {
	return func(r *run, args []any) (any, error) {
		all, err := r.list("sort", args[0])
		if err != nil {
			return nil, err
		}
		order := "asc"
		if len(args) > 1 {
			order, _ = args[1].(string)
		}
		if order != "asc" && order != "desc" {
			return nil, errors.New("an order is asc or desc")
		}
		if err := r.grow(len(all)); err != nil {
			return nil, err
		}
		all = slices.Clone(all)
		if err := r.sort(all, by, order == "desc"); err != nil {
			return nil, err
		}
		for i, x := range all {
			all[i] = what(x)
		}
		return all, nil
	}
}

func (r *run) sort(all []any, by func(x any) any, down bool) (err error) {
	slices.SortStableFunc(all, func(a, b any) int {
		if err == nil {
			err = r.step()
		}
		if err != nil {
			return 0
		}
		var c int
		if c, err = r.compare(by(a), by(b)); down {
			return -c
		}
		return c
	})
	return err
}
