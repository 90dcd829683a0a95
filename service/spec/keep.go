package spec

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/lostupdate/stress/service/words"
)

// Keep takes a value from the answer to a request under setup or open, which templates after it know by its name.
type Keep struct {
	Mapping

	at     string // where in the file it stands
	secret bool   // there is a secret in the answer: errors do not show what was answered
}

// kept is a name under keep, and which request keeps it.
type kept struct {
	name   string
	list   string // setup or open
	item   int    // from 1
	each   bool   // there is one for each object
	said   *bool  // what the file says of whether it is a secret
	headed bool   // a header of some request has it
}

// secret reports whether what is kept is taken out of texts for people: what a header carries nearly always says who asks.
func (k kept) secret() bool {
	if k.said != nil {
		return *k.said
	}
	return k.headed
}

// form is a kept value as texts have it, if it is a secret. A number is one only if the file says so: it is in many texts by
// chance.
func (k kept) form(v any) (text string, number bool) {
	switch v := v.(type) {
	case string:
		if k.secret() {
			return v, false
		}
	case int64:
		if k.said != nil && *k.said {
			return plain(v), true
		}
	}
	return "", false
}

// headed are the names that the headers of all requests have.
func (s *Service) headed() []string {
	all := []map[string]string{s.Headers}
	for _, r := range slices.Concat(s.Setup, s.Open, s.Teardown) {
		all = append(all, r.Headers)
	}
	for _, o := range s.Operations {
		all = append(all, o.Headers)
	}
	found := &texts{}
	for _, headers := range all {
		for _, text := range headers {
			found.within(text)
		}
	}
	return formulaNames(found.expressions)
}

// keepForm reads a value under keep: where it is in the answer, or a mapping with that and whether it is a secret.
func keepForm(v any) (from any, secret *bool, err error) {
	m, long := v.(map[string]any)
	if !long {
		return v, nil, nil
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		switch name {
		case "from":
			from = m[name]
		case "secret":
			is, ok := m[name].(bool)
			if secret = &is; !ok {
				return nil, nil, fmt.Errorf("secret must be true or false, not %s", shown(m[name]))
			}
		default:
			return nil, nil, fmt.Errorf("what is kept has no %q; %s", name, nearestHint(name, []string{"from", "secret"}))
		}
	}
	if _, there := m["from"]; !there {
		return nil, nil, errors.New("say under from where it is in the answer")
	}
	return from, secret, nil
}

// keeps finds all names under keep, so that templates can be held against them.
func (c *compiler) keeps() {
	s := c.service
	taken := slices.Concat(c.taken(), slices.Collect(maps.Keys(s.Named[0].Set)))
	asked, headed := formulaNames(s.sources), s.headed()
	for _, l := range []struct {
		name string
		all  []Request
	}{{"setup", s.Setup}, {"open", s.Open}} {
		for i, r := range l.all {
			if r.Keep != nil && len(r.Keep) == 0 {
				c.add([]string{l.name, strconv.Itoa(i + 1), "keep"}, "say what, such as {id: $.id}, or leave it out", "nothing is kept")
			}
			for _, name := range slices.Sorted(maps.Keys(r.Keep)) {
				path := []string{l.name, strconv.Itoa(i + 1), "keep", name}
				if !c.called(name, taken, path...) {
					continue
				}
				if taken = append(taken, name); !slices.Contains(asked, name) {
					c.add(path, "use it in a request, or leave it out", "nothing in the file has ${%s}", name)
				}
				_, said, _ := keepForm(r.Keep[name]) // keeping tells of an error
				k := kept{name, l.name, i + 1, r.Each != "", said, slices.Contains(headed, name)}
				if said != nil && !*said && !k.headed {
					c.add(append(path, "secret"), "leave it out", "no header has ${%s}, so that it is no secret in any case", name)
				}
				s.kept = append(s.kept, k)
			}
		}
	}
	for i, r := range s.Teardown {
		if r.Keep != nil {
			c.add([]string{"teardown", strconv.Itoa(i + 1), "keep"}, "leave it out", "nothing comes after teardown that could use it")
		}
	}
}

// before adds to a scope what was kept when a request of a list is made; of what is in no list, all.
func (c *compiler) before(scope Scope, list string, item int) Scope {
	scope = maps.Clone(scope)
	for _, k := range c.service.kept {
		known := k.list == "setup" && list != "setup" || k.list == list && k.item < item || list == ""
		if known {
			scope[k.name] = k.example(c.service.Words.Object)
		}
	}
	return scope
}

// isSecret reports whether what is kept by a name is a secret.
func (s *Service) isSecret(name string) bool {
	return slices.ContainsFunc(s.kept, func(k kept) bool { return k.name == name && k.secret() })
}

// keeping compiles what is kept of the answer to a request of a list.
func (c *compiler) keeping(path []string, r Request, scope Scope) (all []Keep) {
	scope = answered(scope)
	secret := slices.ContainsFunc(slices.Collect(maps.Keys(r.Keep)), c.service.isSecret)
	for _, name := range slices.Sorted(maps.Keys(r.Keep)) {
		at := slices.Concat(path, []string{"keep", name})
		from, _, err := keepForm(r.Keep[name])
		if err != nil {
			c.add(at, "", "%v", err)
			continue
		}
		m, err := compileMapping(words.Word{Name: name}, from, scope)
		switch {
		case err != nil:
			c.wrong(at, err)
		case m.path == nil && m.text.constant():
			c.add(at, "", "%s is no place in an answer: say where it is, such as %s: $.%s", shown(from), name, name)
		}
		c.derive(scope, m.text)
		all = append(all, Keep{Mapping: m, at: c.place(at), secret: secret})
	}
	return all
}

// wrong notes an error of a template. Of a value that is kept later it says where.
func (c *compiler) wrong(path []string, err error) {
	var u *unknownError
	if errors.As(err, &u) {
		i := slices.IndexFunc(c.service.kept, func(k kept) bool { return k.name == u.name })
		if i >= 0 {
			k := c.service.kept[i]
			hint := "only what comes after that request knows it"
			if k.list == "open" {
				hint = "only requests under open that come after it know it, and operations"
			}
			c.add(path, hint, "%s: %s.%d keeps %s, which is not known here", u.source, k.list, k.item, k.name)
			return
		}
	}
	c.add(path, "", "%v", err)
}

// commonTo are those of the headers of every request that a request has: one with a value that is kept later is left out.
func (c *compiler) commonTo(scope Scope) []field {
	return slices.DeleteFunc(slices.Clone(c.service.Common), func(f field) bool {
		return slices.ContainsFunc(c.service.keptIn(f.text), func(name string) bool { _, there := scope[name]; return !there })
	})
}

// keptIn are the names of kept values that texts have.
func (s *Service) keptIn(texts ...Text) (names []string) {
	for _, t := range texts {
		for _, name := range t.names() {
			if slices.ContainsFunc(s.kept, func(k kept) bool { return k.name == name }) {
				names = append(names, name)
			}
		}
	}
	return names
}
