package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/lostupdate/stress/internal/formula"
)

// derived is what a template makes of variables of the environment, such as what follows "Basic" in a header.
type derived struct {
	label   string // what stands for it
	text    Text   // the whole template, if there is no program
	program *formula.Program
	common  bool // it is the same for all clients
	fixed   bool // it is the same in all that one client does
}

// value gives what it is in a scope, or "" if it is no text and no number.
func (d derived) value(scope Scope) string {
	if d.program == nil {
		s, err := d.text.String(scope)
		if err != nil {
			return ""
		}
		return s
	}
	v, err := d.program.Run(scope)
	if err != nil {
		return ""
	}
	switch v.(type) {
	case string, int, int64, float64:
		return plain(v)
	}
	return ""
}

// derive notes what templates make of the environment.
func (c *compiler) derive(scope Scope, texts ...Text) {
	s, same := c.service, c.perClient()
	add := func(d derived, names []string) {
		if slices.ContainsFunc(s.derived, func(other derived) bool { return other.label == d.label }) {
			return
		}
		d.fixed = !slices.ContainsFunc(names, func(name string) bool { _, there := same[name]; return !there })
		d.common = d.fixed && !slices.Contains(names, "client")
		s.derived = append(s.derived, d)
	}
	for _, t := range texts {
		names := t.names()
		if !slices.Contains(names, "env") {
			continue
		}
		if len(t.pieces) > 1 {
			add(derived{label: t.source(), text: t}, names)
		}
		for _, p := range t.pieces {
			parts := formula.Parts(p.source, scope.types(), "env")
			for _, source := range slices.Sorted(maps.Keys(parts)) {
				add(derived{label: "${" + source + "}", program: parts[source]}, parts[source].Names())
			}
		}
	}
}

// names are those in the expressions of a text.
func (t Text) names() (names []string) {
	for _, p := range t.pieces {
		if p.program != nil {
			names = append(names, p.program.Names()...)
		} else if p.name != "" {
			names = append(names, p.name)
		}
	}
	return names
}

// source is the text as a file has it.
func (t Text) source() string {
	var b strings.Builder
	for _, p := range t.pieces {
		if b.WriteString(p.literal); p.source != "" {
			b.WriteString("${" + p.source + "}")
		}
	}
	return b.String()
}

// texts are those of fields.
func textsOf(fields []field) []Text {
	all := make([]Text, len(fields))
	for i, f := range fields {
		all[i] = f.text
	}
	return all
}

// texts are those of a body.
func (b *Body) texts() []Text {
	if b == nil {
		return nil
	}
	all := textsOf(b.form)
	if b.text != nil {
		all = append(all, *b.text)
	}
	for _, p := range b.json {
		if p.value != nil {
			all = append(all, *p.value)
		}
	}
	return all
}
