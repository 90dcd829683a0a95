package harness

import (
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// minOK is the share of operations, and of updates, that must have been OK for a run to prove anything.
const minOK = 0.05

// latest remembers the latest end among operations, and the latest among those of any other client than that one's.
type latest struct {
	client        int32
	first, second time.Duration
	any, other    bool // first is of some operation, second too
}

func (l *latest) add(client int32, t time.Duration) {
	switch {
	case !l.any:
		l.client, l.first, l.any = client, t, true
	case client == l.client:
		l.first = max(l.first, t)
	case t > l.first:
		l.client, l.first, l.second, l.other = client, t, l.first, true
	case !l.other || t > l.second:
		l.second, l.other = t, true
	}
}

// after reports whether an operation of another client ended at t or later.
func (l *latest) after(client int32, t time.Duration) bool {
	if l.any && l.client != client {
		return l.first >= t
	}
	return l.other && l.second >= t
}

// track is what went before on one object: by updates, and by any operation.
type track struct{ updates, all latest }

func (t *track) add(client int32, end time.Duration, readOnly bool) {
	t.all.add(client, end)
	if !readOnly {
		t.updates.add(client, end)
	}
}

func (t *track) conflicts(client int32, begin time.Duration, readOnly bool) bool {
	if readOnly {
		return t.updates.after(client, begin)
	}
	return t.all.after(client, begin)
}

// tracks are what went before on each object, on all objects by one operation, and on any.
type tracks struct {
	keys       map[uint64]*track
	whole, any track
}

// meet reports whether the operation overlaps a conflicting one that was met before, and adds it. Operations must come
// in order of begin.
func (s *tracks) meet(client int32, begin, end time.Duration, c Class) (met bool) {
	if c.Whole {
		met = s.any.conflicts(client, begin, c.ReadOnly)
		s.whole.add(client, end, c.ReadOnly)
	} else {
		key := s.keys[c.Key]
		if key == nil {
			key = &track{}
			s.keys[c.Key] = key
		}
		met = s.whole.conflicts(client, begin, c.ReadOnly) || key.conflicts(client, begin, c.ReadOnly)
		key.add(client, end, c.ReadOnly)
	}
	s.any.add(client, end, c.ReadOnly)
	return met
}

// contended is the share of the main part's operations that overlapped an operation of another client on the same
// object, one of the two being an update. An operation meets those called before it on the way forth, and those called
// after it on the way back, on which time runs backwards.
func contended[I, O any](h *history.History[I, O], class func(I) Class) float64 {
	met := make([]bool, len(h.Ops))
	n, hit := 0, 0
	forth := tracks{keys: map[uint64]*track{}}
	for i := range h.Ops {
		if op := &h.Ops[i]; op.Phase == history.Main {
			n++
			met[i] = forth.meet(op.Client, op.Call, op.Return, class(op.Input))
		}
	}
	back := tracks{keys: map[uint64]*track{}}
	for i := len(h.Ops) - 1; i >= 0; i-- {
		if op := &h.Ops[i]; op.Phase == history.Main {
			if back.meet(op.Client, -op.Return, -op.Call, class(op.Input)) || met[i] {
				hit++
			}
		}
	}
	return float64(hit) / float64(max(n, 1))
}

// updates counts the main part's operations that may change something, and those of them that are OK.
func updates[I, O any](h *history.History[I, O], class func(I) Class) (all, ok int64) {
	for i := range h.Ops {
		if op := &h.Ops[i]; op.Phase == history.Main && !class(op.Input).ReadOnly {
			if all++; op.Outcome == history.OK {
				ok++
			}
		}
	}
	return all, ok
}

// Vacuity is the verdict on a run as a test: undecided when what may be valid was never put to the test.
func Vacuity(s Stats) checkers.Verdict {
	switch {
	case s.Ops == 0:
		return checkers.Undecide("no operation was made")
	case float64(s.OK) < minOK*float64(s.Ops) || s.OK == 0:
		return checkers.Undecide("only %d of %d operations were OK, so that next to nothing was tested", s.OK, s.Ops)
	case float64(s.UpdatesOK) < minOK*float64(s.Updates):
		return checkers.Undecide("only %d of %d updates were OK, so that next to nothing was tested", s.UpdatesOK, s.Updates)
	case s.Ops > s.Updates && s.OK == s.UpdatesOK:
		return checkers.Undecide("none of %d reads was OK, so that nobody has seen what the updates did", s.Ops-s.Updates)
	case s.Contended == 0:
		return checkers.Undecide("no two clients' operations on one object overlapped, so that nothing was tested: " +
			"mark the target's steps with harness.Step, or use more clients, more operations or fewer keys")
	}
	return checkers.Verdict{}
}
