package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/lostupdate/stress/internal/formula"
)

// derived is what a template makes of variables of the environment, such as what follows "Basic" in a header, or of what was
// kept.
type derived struct {
	label   string // what stands for it
	text    Text   // the whole template, if there is no program
	program *formula.Program
	fixed   bool   // it is the same in all that one client does
	kept    []kept // the secrets among kept values that it is made of
	env     bool   // it is made of the environment
	token   bool   // it is what an answer tells to prove something by, such as the claim of a job
}

// value gives what it is in a scope, or "" if it is no text and no number.
func (d derived) value(scope Scope) string {
	if !d.secret(scope) {
		return ""
	}
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

// hide has forms hide it.
func (d derived) hide(to *forms, scope Scope) {
	value := d.value(scope)
	to.add(value, d.label, strings.Trim(value, "0123456789") == "")
}

// secret reports whether there is a secret in it.
func (d derived) secret(scope Scope) bool {
	return d.env || d.token || slices.ContainsFunc(d.kept, func(k kept) bool {
		values := listOf(scope[k.name])
		if !k.each {
			values = []any{scope[k.name]}
		}
		return slices.ContainsFunc(values, func(v any) bool { text, _ := k.form(v); return text != "" })
	})
}

// derive notes what templates make of the environment, and of kept values that are secrets.
func (c *compiler) derive(scope Scope, texts ...Text) {
	s, same := c.service, c.before(c.perClient(), "", 0)
	add := func(d derived, names []string) {
		if slices.ContainsFunc(s.derived, func(other derived) bool { return other.label == d.label }) {
			return
		}
		if slices.Contains(names, "body") || slices.Contains(names, "headers") || slices.Contains(names, "status") {
			return // it is of one answer alone
		}
		d.env = slices.Contains(names, "env")
		for _, k := range s.kept {
			if k.secret() && slices.Contains(names, k.name) {
				d.kept = append(d.kept, k)
			}
		}
		d.fixed = !slices.ContainsFunc(names, func(name string) bool { _, there := same[name]; return !there })
		s.derived = append(s.derived, d)
	}
	for _, t := range texts {
		names := t.names()
		secrets := slices.DeleteFunc(s.secrets(), func(name string) bool { return !slices.Contains(names, name) })
		if len(secrets) == 0 {
			continue
		}
		if len(t.pieces) > 1 && slices.ContainsFunc(t.pieces, func(p piece) bool { return p.makes(secrets) }) {
			add(derived{label: t.source(), text: t}, names)
		}
		for _, p := range t.pieces {
			for _, secret := range secrets {
				parts := formula.Parts(p.source, scope.types(), secret)
				for _, source := range slices.Sorted(maps.Keys(parts)) {
					add(derived{label: "${" + source + "}", program: parts[source]}, parts[source].Names())
				}
			}
		}
	}
}

// secrets are the names of values that are taken out of texts for people.
func (s *Service) secrets() []string {
	names := []string{"env"}
	for _, k := range s.kept {
		if k.secret() {
			names = append(names, k.name)
		}
	}
	return names
}

// makes reports whether an expression makes something of one of the names, and is not such a value itself: that is hidden
// wherever it stands.
func (p piece) makes(names []string) bool {
	return p.program != nil && slices.ContainsFunc(p.program.Names(), func(name string) bool { return slices.Contains(names, name) })
}

// names are those in the expressions of a text.
func (t Text) names() (names []string) {
	for _, p := range t.pieces {
		switch {
		case p.program != nil:
			names = append(names, p.program.Names()...)
		case p.name != "":
			names = append(names, p.name)
		case p.list != "":
			names = append(names, p.list, p.index)
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
