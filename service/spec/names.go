package spec

import (
	"fmt"
	"maps"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/lostupdate/stress/internal/formula"
)

// builtIn are the values that templates, conditions and outputs have in any file.
func builtIn() []string {
	return []string{"run", "strategy", "port", "keys", "env", "client", "status", "body", "headers"}
}

// ofRules are the names that mean something else in rules for each operation, or for each object.
func ofRules() []string {
	return []string{"client", "key", "op", "refused", "keys", "accepted", "final"}
}

// reserved are the names that values of a file's own data type can't have.
func reserved() []string {
	all := builtIn()
	for _, name := range ofRules() {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// called refuses a name that no expression can have for a value, or that is taken: which of the two was meant, nobody
// could tell. It reports whether the name is right.
func (c *compiler) called(name string, taken []string, path ...string) bool {
	switch {
	case !wordForm.MatchString(name) || slices.Contains(keywords(), name):
		c.add(path, "a name has letters, digits and _, and begins with a letter", "expressions can't have the name %q", name)
	case slices.Contains(taken, name):
		taken = slices.Compact(slices.Sorted(slices.Values(taken)))
		c.add(path, "call it something else, but none of "+strings.Join(taken, ", "), "there is a value %s already", name)
	default:
		return true
	}
	return false
}

var wordForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// keywords are part of the language of expressions.
func keywords() []string {
	return []string{
		"true", "false", "nil", "not", "in", "and", "or", "let", "if", "else", "matches", "contains", "startsWith", "endsWith",
	}
}

// taken are the names that templates have beside those of set.
func (c *compiler) taken() []string {
	w := c.service.Words
	known := append(builtIn(), w.Object)
	known = append(known, w.Constants...)
	for _, o := range w.Operations {
		for _, in := range o.Inputs {
			known = append(known, in.Name)
		}
		if w.Name == Custom {
			known = append(known, namesOf(o.Outputs)...)
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}

// names refuses names of set that templates have already, and names that nothing in the file asks for.
func (c *compiler) names() {
	known := c.taken()
	for _, st := range c.service.Named {
		for _, name := range slices.Sorted(maps.Keys(st.Set)) {
			c.called(name, known, "strategies", st.Name, "set", name)
		}
	}
	first := c.service.Named[0]
	for _, name := range slices.Sorted(maps.Keys(first.Set)) {
		if !slices.Contains(known, name) && !asked(name, c.service.sources) {
			c.add([]string{"strategies", first.Name, "set", name}, "use it in a request, or leave it out", "nothing in the file has ${%s}",
				name)
		}
	}
	rules := make([]string, len(c.service.Invariants))
	for i, r := range c.service.Invariants {
		rules[i] = r.Holds
	}
	for _, name := range slices.Sorted(maps.Keys(c.service.Type.Constants)) {
		if !asked(name, slices.Concat(c.service.sources, rules)) {
			c.add([]string{"type", "constants", name}, "use it, or leave it out", "neither a template nor a rule has %s", name)
		}
	}
}

// formulaNames are the names that expressions have.
func formulaNames(expressions []string) (names []string) {
	for _, source := range expressions {
		names = append(names, formula.Identifiers(source)...)
	}
	return names
}

// asked reports whether an expression has a name.
func asked(name string, expressions []string) bool {
	form := regexp.MustCompile(`(?:^|[^\w.])` + regexp.QuoteMeta(name) + `(?:$|\W)`)
	return slices.ContainsFunc(expressions, form.MatchString)
}

// twice is the error of headers of which one would replace another, since their names differ by large and small letters
// alone.
func twice(headers map[string]string) error {
	had := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if other, there := had[canonical]; there {
			return fmt.Errorf("%s and %s are one header, of which only one can be sent: leave one out", other, name)
		}
		had[canonical] = name
	}
	return nil
}
