package spec

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// leastSecret is the length from which on a value that comes from the environment is taken out of texts: shorter ones are
// parts of words.
const leastSecret = 4

// hiddenName is where a scope has what [Scope.Hide] knows; no expression can name it.
const hiddenName = "@hidden"

// replacement is a form of a secret value, and what stands for it.
type replacement struct {
	form, label string
	plain       bool // it is the value as it is
}

// hiding is what Hide takes out of texts.
type hiding struct {
	common  []replacement // the same for all clients; long ones first, as in fixed
	fixed   []replacement // the same in all that one client does, with those
	varying []derived     // to be computed anew, since they depend on the operation
}

// Guard has Hide take out of texts what was kept as a secret, and what the templates of the service make of secrets, too. It is
// for a scope that is complete but for what differs between operations, and costs nothing later as long as nothing is hidden.
func (s *Service) Guard(scope Scope) {
	h := &hiding{common: scope.own()}
	for _, k := range s.kept {
		text, isText := scope[k.name].(string)
		switch all := replacements(text, "${"+k.name+"}"); {
		case !isText || !k.secret():
		case k.list == "open":
			h.fixed = append(h.fixed, all...)
		default:
			h.common = append(h.common, all...)
		}
	}
	for _, d := range s.derived {
		switch {
		case d.common:
			h.common = append(h.common, replacements(d.value(scope), d.label)...)
		case d.fixed:
			h.fixed = append(h.fixed, replacements(d.value(scope), d.label)...)
		default:
			h.varying = append(h.varying, d)
		}
	}
	h.fixed = append(h.fixed, h.common...)
	sortReplacements(h.common)
	sortReplacements(h.fixed)
	scope[hiddenName] = h
}

// own are the values of the environment themselves.
func (s Scope) own() (all []replacement) {
	env, _ := s["env"].(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		all = append(all, replacements(env[name], "${env."+name+"}")...)
	}
	return all
}

// Hide replaces what comes from the environment, or was kept as a secret, in a text for people, such as a token that a service
// repeats in its answer.
func (s Scope) Hide(text string) string {
	h, guarded := s[hiddenName].(*hiding)
	if !guarded {
		h = &hiding{fixed: s.own()}
		sortReplacements(h.fixed)
	}
	all := h.fixed
	if len(h.varying) > 0 {
		all = slices.Clone(all)
		for _, d := range h.varying {
			all = append(all, replacements(d.value(s), d.label)...)
		}
		sortReplacements(all)
	}
	return replace(text, all)
}

// errSecret is why an answer is not written down.
var errSecret = errors.New("it has a value in it that was made of the environment, or kept as a secret, and that nothing can " +
	"stand for: leave that out of output")

// kept gives a value of an answer as it may be written down. What is the same in all requests is replaced, so that values
// that differ still do. Else it is an error.
func (s Scope) kept(v any) (any, error) {
	h, _ := s[hiddenName].(*hiding)
	if h == nil || len(h.fixed)+len(h.varying) == 0 {
		return v, nil
	}
	return s.keep(v, h)
}

func (s Scope) keep(v any, h *hiding) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		kept := replace(v, h.common)
		if s.Hide(kept) != replace(kept, h.common) {
			return nil, errSecret
		}
		if !distinct(v, h.common) {
			return nil, errSecret
		}
		return kept, nil
	case []any:
		all := make([]any, len(v))
		for i := range v {
			if all[i], err = s.keep(v[i], h); err != nil {
				return nil, err
			}
		}
		return all, nil
	case []string:
		return s.keep(boxed(v), h)
	case int64, float64, json.Number:
		if text := plain(v); s.Hide(text) != text {
			return nil, errSecret // a number has no room for what stands for it
		}
		return v, nil
	case map[string]any:
		all := make(map[string]any, len(v))
		for name, member := range v {
			key, err := s.keep(name, h)
			if err != nil {
				return nil, err
			}
			if all[key.(string)], err = s.keep(member, h); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
	return v, nil
}

// distinct reports whether nothing but this text becomes what stands for it: secrets are in it as they are, and not in another
// of their forms.
func distinct(text string, all []replacement) bool {
	back := replace(text, all)
	for _, r := range all {
		if r.plain {
			back = strings.ReplaceAll(back, r.label, r.form)
		}
	}
	return back == text
}

func boxed(texts []string) []any {
	all := make([]any, len(texts))
	for i := range texts {
		all[i] = texts[i]
	}
	return all
}

func replace(text string, all []replacement) string {
	for _, r := range all {
		text = strings.ReplaceAll(text, r.form, r.label)
	}
	return text
}

// sortReplacements puts long ones first, which may have others in them.
func sortReplacements(all []replacement) {
	slices.SortStableFunc(all, func(a, b replacement) int { return cmp.Compare(len(b.form), len(a.form)) })
}

// replacements are the forms in which an answer may repeat a value.
func replacements(value, label string) (all []replacement) {
	quoted, _ := json.Marshal(value) // a text always can be
	forms := []string{
		value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(quoted), `"`),
		strings.Join(strings.Fields(value), " "),
	}
	for _, form := range forms {
		r := replacement{form, label, form == value}
		if len(form) >= leastSecret && !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	return all
}
