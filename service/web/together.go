package web

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Together has clients send at the same moment: each sends its request but for the last byte, and waits until every
// client has come so far; then the last bytes are sent one right after the other. No service can begin before it has
// the last byte, so that what lies between two clients is not how long a request takes on its way, but how long a byte takes
// to be handed over. It is the last-byte synchronisation of Kettle, "Smashing the state machine" (2023).
//
// A client waits no longer than the patience, since one that waits for an answer never comes. It serves one run at a time.
type Together struct {
	patience time.Duration

	mu      sync.Mutex
	active  int
	waiting []*lastByte
	gate    chan struct{}           // closed when those who wait were let go; nil while nobody does
	rounds  *hdrhistogram.Histogram // spread of the last bytes in microseconds, of rounds with two clients or more
}

// Spread is how close to each other requests were sent.
type Spread struct {
	Rounds         int64         // with two clients or more
	Median, Widest time.Duration // from the first of the last bytes to the last
}

// NewTogether makes one.
func NewTogether(patience time.Duration) *Together {
	return &Together{patience: patience, rounds: hdrhistogram.New(1, int64(time.Minute/time.Microsecond), 3)}
}

// Spread tells how close to each other requests were sent so far.
func (t *Together) Spread() Spread {
	t.mu.Lock()
	defer t.mu.Unlock()
	us := func(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
	return Spread{t.rounds.TotalCount(), us(t.rounds.ValueAtPercentile(50)), us(t.rounds.Max())}
}

// seat is a client's place among those who send together. It is left once.
type seat struct {
	*Together
	armed atomic.Bool // the next write is a request
}

func (t *Together) join() *seat {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.active++
	return &seat{Together: t}
}

// leave takes the client out of those who are waited for.
func (s *seat) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active--; len(s.waiting) > 0 && len(s.waiting) >= s.active {
		s.release()
	}
}

type seatKey struct{}

// held is a client's connection, whose requests wait before their last byte.
type held struct {
	net.Conn
	seat *seat
	// silent reports whether nothing has come that nobody has read; nil if nobody can tell.
	silent func() bool
}

// errEarly is why a request is not made whole: what has come by then is no answer to it.
var errEarly = errors.New("the service answered, or closed, before the request was whole")

// Write sends a request but for its last byte, which is sent when all others have come so far.
func (h *held) Write(p []byte) (int, error) {
	if len(p) < 2 || !h.seat.armed.CompareAndSwap(true, false) {
		return h.Conn.Write(p)
	}
	n, err := h.Conn.Write(p[:len(p)-1])
	if err != nil {
		return n, err
	}
	last := &lastByte{conn: h.Conn, bytes: p[len(p)-1:], silent: h.silent}
	h.seat.meet(last)
	return n + last.n, last.err
}

// lastByte is what is left of a request.
type lastByte struct {
	conn   net.Conn
	bytes  []byte
	silent func() bool
	n      int
	err    error
}

// meet waits for the others, and returns when the byte was sent.
func (t *Together) meet(b *lastByte) {
	t.mu.Lock()
	if t.gate == nil {
		t.gate = make(chan struct{})
	}
	gate := t.gate
	if t.waiting = append(t.waiting, b); len(t.waiting) >= t.active {
		t.release()
	}
	t.mu.Unlock()
	timer := time.NewTimer(t.patience)
	defer timer.Stop()
	select {
	case <-gate:
		return
	case <-timer.C:
	}
	t.mu.Lock()
	if t.gate == gate {
		t.release()
	}
	t.mu.Unlock()
	<-gate
}

// release sends the last bytes of those who wait.
func (t *Together) release() {
	for _, b := range t.waiting { // all before the first byte goes, since it takes time
		if b.silent != nil && !b.silent() {
			b.err = errEarly
		}
	}
	began := time.Now()
	for _, b := range t.waiting {
		if b.err == nil {
			b.n, b.err = b.conn.Write(b.bytes)
		}
	}
	if len(t.waiting) > 1 {
		_ = t.rounds.RecordValue(max(1, time.Since(began).Microseconds())) // a minute is never reached
	}
	close(t.gate)
	t.waiting, t.gate = nil, nil
}
