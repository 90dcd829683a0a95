package harness

import "time"

// meeting counts operations that overlap a conflicting one of another client, in one pass: each meets those called before it
// in tracks, and waits for those called after it until it has met one or they begin after its end.
type meeting struct {
	before  tracks
	waiting []waiter
	n, hit  int
}

type waiter struct {
	client int32
	end    time.Duration
	class  Class
}

func newMeeting() meeting { return meeting{before: tracks{keys: map[uint64]*track{}}} }

// add takes the next operation in order of begin.
func (m *meeting) add(client int32, begin, end time.Duration, c Class) {
	m.n++
	kept := m.waiting[:0]
	for _, w := range m.waiting {
		switch {
		case w.end < begin:
		case w.client != client && w.conflicts(c):
			m.hit++
		default:
			kept = append(kept, w)
		}
	}
	m.waiting = kept
	if m.before.meet(client, begin, end, c) {
		m.hit++
	} else {
		m.waiting = append(m.waiting, waiter{client, end, c})
	}
}

func (w *waiter) conflicts(c Class) bool {
	return (!w.class.ReadOnly || !c.ReadOnly) && (w.class.Whole || c.Whole || w.class.Key == c.Key)
}

func (m *meeting) share() float64 { return float64(m.hit) / float64(max(m.n, 1)) }
