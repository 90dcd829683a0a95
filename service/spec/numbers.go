package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/lostupdate/stress/service/words"
)

// mostKeys is how many objects a run may have.
const mostKeys = 100_000

// mostWeight bounds the weight of an operation, so that all of them can be added up.
const mostWeight = 1_000_000

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
		if c.count(int64(o.Weight), "operations", name, "weight"); o.Weight > mostWeight {
			c.add([]string{"operations", name, "weight"}, "", "must be %d or less, not %d", mostWeight, o.Weight)
		}
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

// parameters refuses those that the workload does not have.
func (c *compiler) parameters() {
	s := c.service
	for _, p := range []struct {
		name  string
		given bool
	}{{"initial", s.Initial != 0}, {"limit", s.Limit != 0}, {"doctors", s.Doctors != 0}} {
		all := words.Having(p.name)
		if !p.given || slices.Contains(all, s.Workload) {
			continue
		}
		what := "is for the workload %s only"
		if len(all) > 1 {
			what = "is for the workloads %s only"
		}
		hint := "leave it out"
		if s.Workload == Custom {
			hint = "say it under type.constants"
		}
		c.add([]string{p.name}, hint, what, strings.Join(all, ", "))
	}
	for _, p := range s.crowding() {
		if s.Words.Ordered {
			c.add([]string{p}, "leave it out", "does nothing here: clients go through the objects one after the other")
		}
	}
	if s.Hot == 1 && s.Skew != 0 {
		c.add([]string{"skew"}, "leave one of them out", "does nothing beside hot: 1, with which all operations go to object 0")
	}
}

// crowding are the members by which operations crowd on few objects, as far as the file has them.
func (s *Service) crowding() (names []string) {
	if s.Hot != 0 {
		names = append(names, "hot")
	}
	if s.Skew != 0 {
		names = append(names, "skew")
	}
	return names
}

// Crowds tells in a line each how operations crowd on few objects.
func (s *Service) Crowds() (all []string) {
	if s.Hot > 0 {
		all = append(all, fmt.Sprintf("hot: %.0f %% of the operations go to object 0", 100*s.Hot))
	}
	if s.Skew > 0 {
		all = append(all, fmt.Sprintf("skew: objects are as likely as Zipf's law with the exponent %g has it", s.Skew))
	}
	return all
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
