package spec

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

func (c *compiler) strategies() {
	for _, name := range c.listed("strategies", c.service.Strategies) {
		st := c.service.Strategies[name]
		if !nameForm.MatchString(name) {
			c.add([]string{"strategies", name}, "", "a name has small letters, digits and hyphens")
		}
		c.service.Named = append(c.service.Named, Named{name, st})
	}
	if c.service.Named == nil {
		c.service.Named = []Named{{Name: AsIs}}
	}
	for _, st := range c.service.Named {
		for _, name := range st.Without {
			if _, there := c.service.Operations[name]; !there {
				c.add([]string{"strategies", st.Name, "without"}, nearestHint(name, slices.Sorted(maps.Keys(c.service.Operations))),
					"there is no operation %q", name)
			}
		}
		c.left(st)
	}
	for _, st := range c.service.Named[1:] {
		if a, b := slices.Sorted(maps.Keys(st.Set)), slices.Sorted(maps.Keys(c.service.Named[0].Set)); !slices.Equal(a, b) {
			c.add([]string{"strategies", st.Name}, "let all strategies set the same names", "it sets %v, another %v", a, b)
		}
	}
	slices.SortStableFunc(c.service.Named, func(a, b Named) int { return given(b.Shows) - given(a.Shows) })
}

// left refuses a strategy without operations that the workload needs: a run would have nothing to ask for.
func (c *compiler) left(st Named) {
	w := c.service.Words
	path := []string{"strategies", st.Name, "without"}
	has := func(name string) bool {
		return c.service.Operations[name].Request != "" && !slices.Contains(st.Without, name)
	}
	for _, word := range w.Operations {
		if word.Required && slices.Contains(st.Without, word.Name) {
			c.add(path, "", "the workload %s needs %s", w.Name, word.Name)
		}
	}
	if len(w.OneOf) > 0 && len(st.Without) > 0 && !slices.ContainsFunc(w.OneOf, has) {
		c.add(path, "", "the workload %s needs at least one of %s", w.Name, strings.Join(w.OneOf, ", "))
	}
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// listed gives the names of strategies in the order of the file; those that an alias has brought come last.
func (c *compiler) listed(name string, all map[string]Strategy) []string {
	names := slices.DeleteFunc(order(c.root, name), func(key string) bool { _, there := all[key]; return !there })
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(names, key) {
			names = append(names, key)
		}
	}
	return names
}

// order gives the keys of a mapping in the order of the file.
func order(root ast.Node, name string) (keys []string) {
	_, node := child(root, name)
	switch n := bare(node).(type) {
	case *ast.MappingNode:
		for _, pair := range n.Values {
			keys = append(keys, pair.Key.GetToken().Value)
		}
	case *ast.MappingValueNode:
		keys = append(keys, n.Key.GetToken().Value)
	}
	return keys
}
