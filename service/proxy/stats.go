package proxy

import (
	"sync"
	"time"
)

// Stats says what a proxy has done so far.
type Stats struct {
	// Connections counts those that were accepted.
	Connections int64
	// Unreachable counts those of them that were closed at once since Upstream could not be reached.
	Unreachable int64
	// Failure is what the latest of those failed with, "" if there was none.
	Failure string
	// Requests and Answers count the messages that have passed.
	Requests, Answers int64
	// Held counts the messages that the gate held and is done with, whether they passed or their connection ended.
	Held int64
	// HeldTime is for how long, all in all; messages of several connections are held side by side, so that it may be longer
	// than the run.
	HeldTime time.Duration
}

// tally is the proxy's own count.
type tally struct {
	mu sync.Mutex
	s  Stats
}

func (t *tally) stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.s
}

// accepted gives the connection its number.
func (t *tally) accepted() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s.Connections++
	return t.s.Connections
}

func (t *tally) unreachable(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s.Unreachable++
	t.s.Failure = err.Error()
}

func (t *tally) passed(d Direction) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d == Request {
		t.s.Requests++
	} else {
		t.s.Answers++
	}
}

func (t *tally) held(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s.Held++
	t.s.HeldTime += d
}
