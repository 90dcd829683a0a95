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
	common  bool     // it is the same for all clients
	fixed   bool     // it is the same in all that one client does
	kept    []string // the kept values that it is made of
	env     bool     // it is made of the environment
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

// secret reports whether there is a secret in it, and whether all is there that it is made of.
func (d derived) secret(scope Scope) bool {
	secret := d.env
	for _, name := range d.kept {
		switch scope[name].(type) {
		case nil:
			return false
		case string:
			secret = true
		}
	}
	return secret
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
				d.kept = append(d.kept, k.name)
			}
		}
		d.fixed = !slices.ContainsFunc(names, func(name string) bool { _, there := same[name]; return !there })
		d.common = d.fixed && !slices.ContainsFunc(names, s.ofClient)
		s.derived = append(s.derived, d)
	}
	for _, t := range texts {
		names := t.names()
		secrets := slices.DeleteFunc(s.secrets(), func(name string) bool { return !slices.Contains(names, name) })
		if len(secrets) == 0 {
			continue
		}
		if len(t.pieces) > 1 {
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

// ofClient reports whether a value of a name differs between clients.
func (s *Service) ofClient(name string) bool {
	return name == "client" || slices.ContainsFunc(s.kept, func(k kept) bool { return k.name == name && k.list == "open" })
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
