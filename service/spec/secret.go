package spec

import (
	"maps"
	"slices"
)

// hiddenName is where a scope has what [Scope.Hide] knows; no expression can name it.
const hiddenName = "@hidden"

// hiding is what Hide takes out of texts.
type hiding struct {
	lists   map[string]*forms // by name, of values that are kept for each object: the same for all clients
	all     []*forms          // with those that are the same in all that one client does
	varying []derived         // to be computed anew, since they depend on the operation
}

// Guard has Hide take out of texts what was kept as a secret, and what the templates of the service make of secrets, too. It is
// for a scope that is complete but for what differs between operations, and costs nothing later as long as nothing is hidden.
func (s *Service) Guard(scope Scope) {
	fixed := scope.own()
	h := &hiding{lists: map[string]*forms{}, all: []*forms{fixed}}
	before, _ := scope[hiddenName].(*hiding)
	for _, k := range s.kept {
		if !k.each {
			fixed.addKept(k, scope[k.name], "${"+k.name+"}")
			continue
		}
		if before != nil {
			h.lists[k.name] = before.lists[k.name]
		}
		if values := listOf(scope[k.name]); h.lists[k.name] == nil && values != nil {
			h.lists[k.name] = k.forms(values)
		}
		h.all = append(h.all, h.lists[k.name])
	}
	for _, d := range s.derived {
		if !d.fixed {
			h.varying = append(h.varying, d)
			continue
		}
		d.hide(fixed, scope)
	}
	h.all = slices.DeleteFunc(h.all, func(f *forms) bool { return f == nil || len(f.labels) == 0 })
	scope[hiddenName] = h
}

// own are the forms of the values of the environment.
func (s Scope) own() *forms {
	f := newForms()
	env, _ := s["env"].(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		f.add(env[name], "${env."+name+"}", false)
	}
	return f
}

// secrets are the forms of all that is hidden.
func (s Scope) secrets() []*forms {
	h, guarded := s[hiddenName].(*hiding)
	if !guarded {
		return []*forms{s.own()}
	}
	if len(h.varying) == 0 {
		return h.all
	}
	varying := newForms()
	for _, d := range h.varying {
		d.hide(varying, s)
	}
	return append(slices.Clip(h.all), varying)
}

// Hide replaces what comes from the environment, or was kept as a secret, in a text for people, such as a token that a service
// repeats in its answer.
func (s Scope) Hide(text string) string { return replace(text, s.secrets()) }
