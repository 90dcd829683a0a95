package harness

import (
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// minOK is the share of operations that must have been OK for a run to prove anything.
const minOK = 0.01

// latest remembers the latest return among operations, and the latest among those of any other client than that one's.
type latest struct {
	client        int32
	first, second time.Duration
	any           bool
}

func (l *latest) add(client int32, t time.Duration) {
	switch {
	case !l.any:
		*l = latest{client: client, first: t, second: -1, any: true}
	case client == l.client:
		l.first = max(l.first, t)
	case t > l.first:
		l.client, l.first, l.second = client, t, l.first
	default:
		l.second = max(l.second, t)
	}
}

// after reports whether an operation of another client returned at t or later.
func (l *latest) after(client int32, t time.Duration) bool {
	if !l.any {
		return false
	}
	if l.client == client {
		return l.second >= t
	}
	return l.first >= t
}

// track is what went before on one object: by updates, and by any operation.
type track struct{ updates, all latest }

func (t *track) add(client int32, ret time.Duration, readOnly bool) {
	t.all.add(client, ret)
	if !readOnly {
		t.updates.add(client, ret)
	}
}

func (t *track) conflicts(client int32, call time.Duration, readOnly bool) bool {
	if readOnly {
		return t.updates.after(client, call)
	}
	return t.all.after(client, call)
}

// contended is the share of the main part's operations that overlapped an earlier-called operation of another client on
// the same object, one of the two being an update.
func contended[I, O any](h *history.History[I, O], class func(I) Class) float64 {
	keys := map[uint64]*track{}
	var whole, any track // operations on all objects; operations on any
	n, hit := 0, 0
	for i := range h.Ops {
		op := &h.Ops[i]
		if op.Phase != history.Main {
			continue
		}
		n++
		c := class(op.Input)
		key := keys[c.Key]
		if key == nil {
			key = &track{}
			keys[c.Key] = key
		}
		met := whole.conflicts(op.Client, op.Call, c.ReadOnly)
		if c.Whole {
			met = any.conflicts(op.Client, op.Call, c.ReadOnly)
			whole.add(op.Client, op.Return, c.ReadOnly)
		} else {
			met = met || key.conflicts(op.Client, op.Call, c.ReadOnly)
			key.add(op.Client, op.Return, c.ReadOnly)
		}
		any.add(op.Client, op.Return, c.ReadOnly)
		if met {
			hit++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(hit) / float64(n)
}

// Vacuity is the verdict on a run as a test: undecided when what may be valid was never put to the test.
func Vacuity(s Stats) checkers.Verdict {
	switch {
	case s.Ops == 0:
		return checkers.Undecide("no operation was made")
	case float64(s.OK) < minOK*float64(s.Ops) || s.OK == 0:
		return checkers.Undecide("only %d of %d operations were OK, so that next to nothing was tested", s.OK, s.Ops)
	case s.Contended == 0:
		return checkers.Undecide("no two clients' operations on one object overlapped, so that nothing was tested: " +
			"use more clients, more operations or fewer keys")
	}
	return checkers.Verdict{}
}
