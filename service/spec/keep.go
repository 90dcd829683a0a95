package spec

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"

	"github.com/lostupdate/stress/service/words"
)

// Keep takes a value from the answer to a request under setup or open, which templates after it know by its name.
type Keep struct {
	Mapping

	at     string // where in the file it stands
	secret bool   // errors do not show what was answered
}

// kept is a name under keep, and which request keeps it.
type kept struct {
	name string
	list string // setup or open
	item int    // from 1
	each bool   // there is one for each object
}

// secret reports whether texts of that name are taken out of reports. What there is of each object tells objects apart, and
// is none.
func (k kept) secret() bool { return !k.each }

// eachValue stands in an example of a scope for a list with a value for each object.
type eachValue struct {
	object string
}

// example gives what stands for the value in the example of a scope.
func (k kept) example(object string) any {
	if k.each {
		return eachValue{object}
	}
	return nil
}

// typeOf is the type of a value of an example; of nil, nothing is known before there is one.
func typeOf(v any) types.Type {
	switch v.(type) {
	case nil:
		return types.Any
	case eachValue:
		return types.Array(types.Any)
	}
	return types.TypeOf(v)
}

// keeps finds all names under keep, so that templates can be held against them.
func (c *compiler) keeps() {
	s := c.service
	taken := slices.Concat(c.taken(), slices.Collect(maps.Keys(s.Named[0].Set)))
	asked := formulaNames(s.sources)
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
				s.kept = append(s.kept, kept{name, l.name, i + 1, r.Each != ""})
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

// keeping compiles what is kept of the answer to a request of a list.
func (c *compiler) keeping(path []string, r Request, scope Scope) (all []Keep) {
	scope = answered(scope)
	for _, name := range slices.Sorted(maps.Keys(r.Keep)) {
		at := slices.Concat(path, []string{"keep", name})
		m, err := compileMapping(words.Word{Name: name}, r.Keep[name], scope)
		switch {
		case err != nil:
			c.wrong(at, err)
		case m.path == nil && m.text.constant():
			c.add(at, "", "%s is no place in an answer: say where it is, such as %s: $.%s", shown(r.Keep[name]), name, name)
		}
		c.derive(scope, m.text)
		all = append(all, Keep{Mapping: m, at: c.place(at), secret: r.Each == ""})
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

// Shown is a scope without what answers have told, for texts for people.
func (s *Service) Shown(scope Scope) Scope {
	scope = maps.Clone(scope)
	for _, k := range s.kept {
		delete(scope, k.name)
	}
	return scope
}

// Told reports whether there is all that a request takes from earlier answers. Setup may have ended before.
func (c *Call) Told(scope Scope) bool {
	for _, name := range c.needs {
		switch v := scope[name].(type) {
		case nil:
			return false
		case []any:
			if i, ok := number(scope[c.Each]); ok && i < len(v) {
				v = v[i : i+1]
			}
			if slices.Contains(v, nil) {
				return false
			}
		}
	}
	return true
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

// error says where in the file it is that an answer does not have, and shows the answer. Of one with a secret it shows only what
// its members are called.
func (k Keep) error(err error, scope Scope) error {
	text, body := err.Error(), scope["body"]
	if k.secret {
		text, body = redacted(text, scope), outline(body)
	}
	return fmt.Errorf("%s: status %v, but %s%s", k.at, scope["status"], scope.Hide(text), Excerpt(body, scope))
}

// ellipsis stands for what is not shown.
const ellipsis = "…"

// outline is a value of JSON without anything but the names in it.
func outline(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		all := make(map[string]any, len(v))
		for name := range v {
			all[name] = outline(v[name])
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = outline(v[i])
		}
		return all
	}
	return ellipsis
}

// redacted is what the library says of an expression without the values that it may repeat.
func redacted(text string, scope Scope) string {
	var all []replacement
	for _, v := range leaves(scope["body"], nil) {
		all = append(all, replacements(v, ellipsis)...)
	}
	headers, _ := scope["headers"].(map[string]string)
	for _, v := range headers {
		all = append(all, replacements(v, ellipsis)...)
	}
	sortReplacements(all)
	return replace(text, all)
}

// leaves are the texts and numbers in a value of JSON.
func leaves(v any, to []string) []string {
	switch v := v.(type) {
	case nil, bool:
		return to
	case map[string]any:
		for _, member := range v {
			to = leaves(member, to)
		}
		return to
	case []any:
		for _, item := range v {
			to = leaves(item, to)
		}
		return to
	}
	return append(to, plain(v))
}

// number is an object's number in a scope.
func number(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, n >= 0
	case int64:
		return int(n), n >= 0 && n <= math.MaxInt32
	}
	return 0, false
}

// of gives the value of one object.
func (p piece) of(scope Scope) (any, error) {
	all, _ := scope[p.list].([]any)
	i, ok := number(scope[p.index])
	if !ok || i >= len(all) {
		return nil, fmt.Errorf("${%s}: there is no %s %v: %s has %d values", p.source, p.index, scope[p.index],
			p.list, len(all))
	}
	return all[i], nil
}

// indexed reads an expression that is the value of one object, such as id[wallet], as nearly all of lists are. It need not be
// run.
func indexed(source string, scope Scope) (p piece, ok bool) {
	list, rest, found := strings.Cut(source, "[")
	index, end := strings.CutSuffix(rest, "]")
	list, index = strings.TrimSpace(list), strings.TrimSpace(index)
	if !found || !end {
		return p, false
	}
	_, isList := scope[list].(eachValue)
	_, isNumber := number(scope[index])
	return piece{source: source, list: list, index: index}, isList && isNumber
}
