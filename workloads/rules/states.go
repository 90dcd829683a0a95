package rules

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// state is one choice of what became of the operations of unknown outcome, or all that look the same to the rule.
type state struct {
	folds []any // or errors
	picks []int // how many of each group are in each of its lists
}

// reach finds all states, or as many as can be tried, group by group. Those that look alike are one.
func (w *world) reach(r *run) {
	if w.tried || w.full {
		return
	}
	w.tried = true
	at := 0
	for i, g := range w.groups {
		next := &states{w: w, seen: map[string]bool{}}
		each := w.additions(r, g)
		for _, s := range w.states {
			if !w.extend(r, next, s, i, at, each) {
				w.states = slices.Concat(w.states[:1], next.all, w.most(r))
				return
			}
		}
		w.states = next.all
		at += len(g.into)
	}
	w.full = r.stop == nil
}

// extend adds to a state each number of operations that may have gone to each list of a group.
func (w *world) extend(r *run, next *states, s state, group, at int, each [][]any) bool {
	g := w.groups[group]
	left := len(g.members)
	picks := make([]int, len(g.into))
	for {
		if r.step() != nil || !next.add(w.plus(s, at, picks, each)) {
			return false
		}
		if !count(picks, left) {
			return true
		}
	}
}

// count goes to the next way to put some of n operations into lists.
func count(picks []int, n int) bool {
	sum := 0
	for _, p := range picks {
		sum += p
	}
	for i := range picks {
		if sum < n {
			picks[i]++
			return true
		}
		sum -= picks[i]
		picks[i] = 0
	}
	return false
}

// additions are what one operation of a group adds to each fold, by the list that it goes to; nil where it adds nothing.
func (w *world) additions(r *run, g group) [][]any {
	all := make([][]any, len(g.into))
	for i, of := range g.into {
		all[i] = make([]any, len(w.rule.folds))
		one := maps.Clone(w.env)
		one[of.name()] = []any{g.members[0].as(of.of)}
		for f, fold := range w.rule.folds {
			if fold.list == of {
				all[i][f] = orError(r.eval(fold.program, one))
			}
		}
	}
	return all
}

// as is the record of an operation of unknown outcome in one of the lists.
func (r *record) as(of string) *record {
	if of != refused {
		return r
	}
	out := *r
	out.refused = true
	return &out
}

// plus is a state with some more operations in the lists of a group.
func (w *world) plus(s state, at int, picks []int, each [][]any) state {
	out := state{folds: slices.Clone(s.folds), picks: slices.Clone(s.picks)}
	for i, n := range picks {
		out.picks[at+i] = n
		for f, add := range each[i] {
			if add != nil && n > 0 {
				out.folds[f] = times(out.folds[f], n, add)
			}
		}
	}
	return out
}

// times gives value + n·add, or the first error.
func times(value any, n int, add any) any {
	if _, bad := value.(error); bad {
		return value
	}
	if _, bad := add.(error); bad {
		return add
	}
	more, err := calculate("*", n, add)
	if err != nil {
		return err
	}
	return orError(calculate("+", value, more))
}

// most is the choice that all took effect, for when not all can be tried.
func (w *world) most(r *run) []state {
	s := w.states[0]
	at := 0
	for _, g := range w.groups {
		picks := make([]int, len(g.into))
		picks[0] = len(g.members)
		s = w.plus(s, at, picks, w.additions(r, g))
		at += len(g.into)
	}
	return []state{s}
}

// states are different states.
type states struct {
	w    *world
	all  []state
	seen map[string]bool
}

// add keeps a state if the rule can tell it from the others, and says whether there is room for more.
func (s *states) add(one state) bool {
	like := s.likeness(one)
	if s.seen[like] {
		return true
	}
	if len(s.all) >= mostEvaluations {
		return false
	}
	s.seen[like] = true
	s.all = append(s.all, one)
	return true
}

// likeness is the same for states that the rule can't tell from each other.
func (s *states) likeness(one state) string {
	b, ok := s.w.rule.difference(one)
	if !ok {
		b = values(one)
	}
	at := 0
	for i, g := range s.w.groups {
		for j := range g.into {
			if s.w.open[i] {
				b = binary.AppendUvarint(b, uint64(one.picks[at+j]))
			}
		}
		at += len(g.into)
	}
	return string(b)
}

// difference is all that the rule sees of the folds, if it compares what is made of them by addition.
func (r *rule) difference(one state) (b []byte, ok bool) {
	for _, f := range r.differences {
		d, ok := f.of(one.folds)
		if !ok {
			return nil, false
		}
		b = binary.BigEndian.AppendUint64(append(b, 'd'), uint64(d))
	}
	return b, len(r.differences) > 0
}

func values(one state) (b []byte) {
	for _, f := range one.folds {
		switch f := f.(type) {
		case int:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(f))
		case decimal:
			b = fmt.Appendf(b, "f%q%q", f.low, f.high)
		default: // an error
			b = append(b, 'e')
		}
	}
	return b
}
