package spec

import (
	"github.com/goccy/go-yaml/ast"
)

// mostKeys is how many objects a run may have.
const mostKeys = 100_000

// numbers refuses numbers that are out of their range, or that the YAML library would cut off.
func (c *compiler) numbers() {
	s := c.service
	for _, n := range []struct {
		name  string
		value int64
	}{{"keys", int64(s.Keys)}, {"initial", s.Initial}, {"limit", s.Limit}, {"doctors", int64(s.Doctors)}} {
		c.count(n.value, n.name)
	}
	for name, st := range s.Strategies {
		c.count(int64(st.Ops), "strategies", name, "ops")
	}
	for name, o := range s.Operations {
		c.count(int64(o.Weight), "operations", name, "weight")
	}
	if s.Keys > mostKeys {
		c.add([]string{"keys"}, "", "must be %d or less, not %d", mostKeys, s.Keys)
	}
	if s.Hot < 0 || s.Hot > 1 {
		c.add([]string{"hot"}, "", "must be a share between 0 and 1, not %v", s.Hot)
	}
	if s.Skew != 0 && s.Skew <= 1 {
		c.add([]string{"skew"}, "", "must be above 1, not %v", s.Skew)
	}
}

// count refuses what is no whole number of 1 or more, if there is anything.
func (c *compiler) count(value int64, path ...string) {
	node := c.root
	for _, name := range path {
		if _, node = child(node, name); node == nil {
			return
		}
	}
	switch n := bare(node).(type) {
	case *ast.FloatNode:
		c.add(path, "", "must be a whole number, not %v", n.Value)
	case *ast.IntegerNode:
		if value < 1 {
			c.add(path, "", "must be 1 or more, not %d", value)
		}
	}
}
