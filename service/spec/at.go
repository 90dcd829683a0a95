package spec

import (
	"maps"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// starting are the members of a file that are of use only where the service is started as it says, or asked where it says. Those
// of env are, too, but for the addresses of dependencies before which a proxy stands.
func starting() []string { return []string{"url", "start", "prepare", "health", "ready-within"} }

// At gives a service that runs already, at an address that the file does not say, with delays beside the file's: how the file
// would have it started is left out, and with it the variables that nothing else names.
func (s *Service) At(address string, delays map[string]time.Duration) *Service {
	at, delayed := *s, s.Delayed(delays)
	left := func(name string) bool { return delayed[name] == 0 }
	at.URL, at.Address = address, Text{}.literal(address)
	at.Start, at.Prepare, at.Health, at.ReadyWithin, at.HealthCall = "", "", "", "", nil
	at.Env, at.env = maps.Clone(s.Env), slices.Clone(s.env)
	maps.DeleteFunc(at.Env, func(name, _ string) bool { return left(name) })
	at.env = slices.DeleteFunc(at.env, func(f field) bool { return left(f.name) })

	texts := &texts{anchors: anchors{}}
	ast.Walk(texts.anchors, s.root)
	for _, pair := range texts.members(s.root) {
		switch name := pair.Key.GetToken().Value; {
		case slices.Contains(starting(), name):
		case name == "env":
			for _, pair := range texts.members(pair.Value) {
				if name := pair.Key.GetToken().Value; !left(name) || name == "<<" {
					ast.Walk(texts, pair)
				}
			}
		default:
			ast.Walk(texts, pair)
		}
	}
	at.name(texts.expressions)
	// What a missing variable is a part of would stand for something else.
	at.derived = slices.DeleteFunc(slices.Clone(s.derived), func(d derived) bool {
		return slices.ContainsFunc(variables(d.label), func(name string) bool { return !slices.Contains(at.named, name) })
	})
	return &at
}

// anchors are what aliases stand for, by name.
type anchors map[string][]ast.Node

// Visit implements ast.Visitor.
func (a anchors) Visit(node ast.Node) ast.Visitor {
	if n, ok := node.(*ast.AnchorNode); ok {
		name := n.Name.GetToken().Value
		a[name] = append(a[name], n.Value)
	}
	return a
}

// members are those of a mapping, or of what an alias stands for.
func (t *texts) members(node ast.Node) (all []*ast.MappingValueNode) {
	switch n := bare(node).(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	case *ast.AliasNode:
		for _, node := range t.anchors[n.Value.GetToken().Value] {
			all = append(all, t.members(node)...)
		}
	}
	return all
}
