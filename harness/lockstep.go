package harness

import (
	"context"
	"sync"
	"time"
)

// Lockstep gives a scheduler that lines clients up: a step is held until every client of the run has come to a step of
// its own, or until patience has run out, since a client that waits for another's lock never comes. Two clients that
// read and then write so both read before either writes: the race is found in the first try, not by luck. A client that
// has made its operations is waited for no more. It serves one run at a time.
func Lockstep(patience time.Duration) Scheduler { return &lockstep{patience: patience} }

type lockstep struct {
	patience time.Duration
	mu       sync.Mutex
	active   int // clients that are in a run
	waiting  int
	gate     chan struct{} // closed to let the waiting go; nil while nobody waits
}

func (s *lockstep) Stepper(int, uint64) Stepper {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active++
	return lockstepper{s}
}

type lockstepper struct{ *lockstep }

func (lockstepper) Start(context.Context) {}
func (lockstepper) After(string)          {}
func (lockstepper) Finish()               {}

func (s lockstepper) Before(ctx context.Context, _ string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	gate := s.arrive()
	timer := time.NewTimer(s.patience)
	defer timer.Stop()
	select {
	case <-gate:
		return nil
	case <-timer.C:
		s.open(gate)
		return nil
	case <-ctx.Done():
		s.depart(gate)
		return context.Cause(ctx)
	}
}

// arrive joins those who wait, and lets all go if it is the last.
func (s *lockstep) arrive() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gate == nil {
		s.gate = make(chan struct{})
	}
	gate := s.gate
	if s.waiting++; s.waiting >= s.active {
		s.release()
	}
	return gate
}

// open lets those go who wait at the gate. If it is open already, those who wait at the next one stay.
func (s *lockstep) open(gate <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gate == gate {
		s.release()
	}
}

// depart leaves the others waiting.
func (s *lockstep) depart(gate <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gate == gate {
		s.waiting--
	}
}

func (s *lockstep) release() {
	if s.gate != nil {
		close(s.gate)
	}
	s.gate, s.waiting = nil, 0
}

// Leave takes the client out of those who are waited for.
func (s lockstepper) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active--; s.waiting > 0 && s.waiting >= s.active {
		s.release()
	}
}
