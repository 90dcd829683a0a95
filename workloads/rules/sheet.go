package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/history"
)

// lists are the operations of one kind, of all objects or of one. The elements are records.
type lists struct {
	accepted, refused, final []any
	unknown                  []*record // of unknown outcome, that may have changed something
}

func (l *lists) of(name string) []any {
	switch {
	case l == nil:
		return nil
	case name == accepted:
		return l.accepted
	case name == refused:
		return l.refused
	}
	return l.final
}

// scope is the operations that a rule can see: all, or those on one object.
type scope struct {
	kinds map[*Kind]*lists
	// unknown are the operations of unknown outcome that may have changed something, of any kind; whole those of them that touch
	// all objects.
	unknown, whole int
}

func newScope() *scope { return &scope{kinds: map[*Kind]*lists{}} }

// add puts an operation where it belongs.
func (s *scope) add(r *record) {
	l := s.kinds[r.kind]
	if l == nil {
		l = &lists{}
		s.kinds[r.kind] = l
	}
	switch {
	case r.outcome == history.Unknown && r.ReadOnly, r.outcome == history.Failed:
	case r.outcome == history.Unknown:
		l.unknown = append(l.unknown, r)
		s.unknown++
		if r.Whole {
			s.whole++
		}
	case r.last && r.ReadOnly:
		l.final = append(l.final, r)
	case r.refused:
		l.refused = append(l.refused, r)
	default:
		l.accepted = append(l.accepted, r)
	}
}

// sheet is a history in the terms of rules.
type sheet struct {
	records []record
	all     *scope
	whole   *scope // those of all that touch several objects
	keys    map[uint64]*scope
	early   bool // a final read was made before all others had ended
}

// newSheet looks at each operation once.
func newSheet[I, O any](
	l *language, h *history.History[I, O], view func(op *history.Op[I, O]) View, perKey bool,
) (*sheet, error) {
	ended, read := time.Duration(0), history.Never
	s := &sheet{records: make([]record, len(h.Ops)), all: newScope(), whole: newScope(), keys: map[uint64]*scope{}}
	for i := range h.Ops {
		op := &h.Ops[i]
		r := &s.records[i]
		*r = record{View: view(op), place: i, client: op.Client, outcome: op.Outcome, last: op.Phase == history.Final}
		if r.kind = l.names[r.Kind]; r.kind == nil {
			return nil, fmt.Errorf("malformed: operation #%d: there is no kind of operation %q", i, r.Kind)
		}
		r.refused = r.outcome == history.OK && (r.Refused || r.Outputs[fieldRefused] == true)
		switch {
		case op.Outcome != history.OK:
		case r.last && r.ReadOnly:
			read = min(read, op.Call)
		case !r.ReadOnly:
			ended = max(ended, op.Return)
		}
		s.all.add(r)
		switch {
		case r.Whole:
			s.whole.add(r)
		case perKey:
			s.key(r.Key).add(r)
		}
	}
	s.early = ended > read
	if perKey {
		s.share(l)
	}
	return s, nil
}

// key is the scope of one object.
func (s *sheet) key(key uint64) *scope {
	if s.keys[key] == nil {
		s.keys[key] = newScope()
	}
	return s.keys[key]
}

// share lets each object see what may have changed several.
func (s *sheet) share(l *language) {
	for key := range uint64(l.Keys) {
		of := s.key(key)
		for kind, whole := range s.whole.kinds {
			if !kind.ReadOnly && of.kinds[kind] == nil {
				of.kinds[kind] = whole
			}
		}
	}
}

// unseen are the operations that may have changed several objects and of which a rule for each object says nothing: how many,
// and of which kinds. One that speaks of final reads alone leaves nothing out.
func (r *rule) unseen(s *sheet) (n int, kinds []*Kind) {
	if r.Each != PerKey || !slices.ContainsFunc(r.lists, func(l list) bool { return l.of != final }) {
		return 0, nil
	}
	for kind, whole := range s.whole.kinds {
		changed := len(whole.accepted) + len(whole.unknown)
		if !kind.ReadOnly && changed > 0 && !slices.Contains(r.lists, list{accepted, kind}) {
			n += changed
			kinds = append(kinds, kind)
		}
	}
	slices.SortFunc(kinds, func(a, b *Kind) int { return strings.Compare(a.Name, b.Name) })
	return n, kinds
}

func (s *sheet) sortedKeys() []uint64 { return slices.Sorted(maps.Keys(s.keys)) }

// lacking says which final reads that a rule speaks of were not made as they must be.
func (r *rule) lacking(l *language, s *scope, early bool) string {
	for _, of := range r.lists {
		if of.of != final {
			continue
		}
		if early {
			return "a final read was made before all operations had ended"
		}
		want := 1
		if r.Each != PerKey && !of.kind.Whole {
			want = l.Keys
		}
		made := s.kinds[of.kind].of(final)
		read := map[uint64]bool{}
		for _, one := range made {
			read[one.(*record).Key] = true
		}
		switch {
		case len(read) < want:
			return fmt.Sprintf("%d of %d final reads (%s) are missing", want-len(read), want, of.kind.Name)
		case len(made) > want:
			return fmt.Sprintf("there are %d final reads (%s) where %d were to be made", len(made), of.kind.Name, want)
		}
	}
	return ""
}

// torn says how many operations of unknown outcome may have taken effect between two of the final reads that a rule speaks of,
// so that these need not show one state: no choice of operations tells what they saw then.
func (r *rule) torn(s *scope, whole int) int {
	kinds, reads := 0, 0
	for _, of := range r.lists {
		if of.of == final {
			kinds++
			reads += len(s.kinds[of.kind].of(final))
		}
	}
	switch {
	case kinds > 1:
		return s.unknown - s.whole + whole
	case reads > 1:
		return whole
	}
	return 0
}
