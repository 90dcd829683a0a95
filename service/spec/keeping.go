package spec

import (
	"fmt"
	"maps"
)

// Shown is a scope without what answers have told, for texts for people.
func (s *Service) Shown(scope Scope) Scope {
	scope = maps.Clone(scope)
	for _, k := range s.kept {
		delete(scope, k.name)
	}
	return scope
}

// Kept takes what is kept from an answer, whose body, status and headers are in the scope.
func (c *Call) Kept(scope Scope) (map[string]any, error) {
	all := make(map[string]any, len(c.Keep))
	for _, k := range c.Keep {
		v, err := k.Value(scope)
		if err == nil {
			v, err = k.plain(v)
		}
		if err != nil {
			return nil, k.error(err, scope)
		}
		all[k.Name] = v
	}
	return all, nil
}

// plain gives a value that can be kept: a text, a whole number, true or false.
func (k Keep) plain(v any) (any, error) {
	var what string
	switch v := v.(type) {
	case bool:
		return v, nil
	case string:
		if v != "" {
			return v, nil
		}
		what = "an empty text"
	case nil, map[string]any, []any, []string:
		what = shown(v)
	default:
		if n, err := whole(v); err == nil {
			return n, nil
		}
		what = "no whole number of 64 bits; let the service answer it as a text"
	}
	return nil, fmt.Errorf("%s is %s", k.from, what)
}
