package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// world is what a rule is evaluated on: the operations that it sees, and what may have become of those of unknown outcome.
type world struct {
	rule   *rule
	scope  *scope
	env    map[string]any // the names of what is known, whatever became of the others
	groups []group
	open   []bool // by group: whether the rule sees its operations one by one
	states []state
	tried  bool // whether they are more than the one in which none took effect
	full   bool // whether they are all that there can be
}

// group is operations of unknown outcome of which none can be told from another.
type group struct {
	members []*record
	into    []list // the lists that each may be in
}

func (l *language) world(r *rule, s *scope) *world {
	w := &world{rule: r, scope: s, env: map[string]any{}}
	for name, value := range l.Constants {
		w.env[name] = int(value)
	}
	for _, of := range r.lists {
		w.env[of.name()] = s.kinds[of.kind].of(of.of)
	}
	w.group()
	return w
}

// group puts the operations of unknown outcome together that the rule can't tell from each other.
func (w *world) group() {
	into := map[*Kind][]list{}
	var kinds []*Kind
	for _, of := range w.rule.lists {
		if of.of == final || len(w.unknown(of.kind)) == 0 {
			continue
		}
		if into[of.kind] == nil {
			kinds = append(kinds, of.kind)
		}
		into[of.kind] = append(into[of.kind], of)
	}
	for _, kind := range kinds {
		places := map[string]int{}
		for _, r := range w.unknown(kind) {
			like := w.rule.likeness(r)
			i, there := places[like]
			if !there {
				i = len(w.groups)
				places[like] = i
				w.groups = append(w.groups, group{into: into[kind]})
				w.open = append(w.open, slices.ContainsFunc(into[kind], func(of list) bool { return slices.Contains(w.rule.open, of) }))
			}
			w.groups[i].members = append(w.groups[i].members, r)
		}
	}
}

func (w *world) unknown(k *Kind) []*record {
	if l := w.scope.kinds[k]; l != nil {
		return l.unknown
	}
	return nil
}

// count is how many operations of unknown outcome the rule speaks of.
func (w *world) count() int {
	n := 0
	for _, g := range w.groups {
		n += len(g.members)
	}
	return n
}

// known is how many operations the rule speaks of whose outcome is known, but for the final reads.
func (w *world) known() int {
	n := 0
	for _, of := range w.rule.lists {
		if of.of != final {
			n += len(w.scope.kinds[of.kind].of(of.of))
		}
	}
	return n
}

// likeness is the same for operations that the rule can't tell from each other.
func (r *rule) likeness(op *record) string {
	if r.ordered {
		return fmt.Sprint(op.place)
	}
	var b strings.Builder
	fmt.Fprint(&b, op.Key, op.Whole)
	if r.client {
		fmt.Fprint(&b, " ", op.client)
	}
	for _, name := range slices.Sorted(maps.Keys(op.Fields)) {
		fmt.Fprintf(&b, " %q:%#v", name, op.Fields[name])
	}
	return b.String()
}

// base is the choice that none of them took effect. The rest follows only if it is needed.
func (w *world) base(r *run) {
	s := state{folds: make([]any, len(w.rule.folds)), picks: make([]int, w.counts())}
	for i, f := range w.rule.folds {
		s.folds[i] = orError(r.eval(f.program, w.env))
	}
	w.states = []state{s}
	w.full = len(w.groups) == 0
}

func (w *world) counts() int {
	n := 0
	for _, g := range w.groups {
		n += len(g.into)
	}
	return n
}

func orError(v any, err error) any {
	if err != nil {
		return err
	}
	return v
}

// lists gives the names of a state: the lists that the rule sees one by one, with the operations that were chosen.
func (w *world) lists(s state) map[string]any {
	env := w.env
	at, cloned := 0, false
	for i, g := range w.groups {
		for j, of := range g.into {
			n := s.picks[at+j]
			if n == 0 || !w.open[i] || !slices.Contains(w.rule.open, of) {
				continue
			}
			if !cloned {
				env, cloned = maps.Clone(env), true
			}
			env[of.name()] = merge(env[of.name()].([]any), g.picked(s.picks[at:at+len(g.into)], j))
		}
		at += len(g.into)
	}
	return env
}

// picked are the operations of a group that are in its j-th list.
func (g group) picked(picks []int, j int) []any {
	from := 0
	for _, n := range picks[:j] {
		from += n
	}
	var out []any
	for _, r := range g.members[from : from+picks[j]] {
		out = append(out, r.as(g.into[j].of))
	}
	return out
}

// merge puts operations into a list at their places.
func merge(list, more []any) []any {
	out := slices.Concat(list, more)
	slices.SortStableFunc(out, func(a, b any) int { return a.(*record).place - b.(*record).place })
	return out
}
