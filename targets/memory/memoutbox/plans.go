package memoutbox

import (
	"context"

	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/outbox"
)

// change gives a key its next version.
func (s *state) change(in outbox.Input) event {
	s.versions[in.Key]++
	return event{in.Key, outbox.Event{Version: s.versions[in.Key], ID: in.ID}}
}

// withEvent changes the key and puts the event among those to publish, under one lock. One that crashes does so before.
func withEvent(ctx context.Context, s *state, in outbox.Input) (int64, error) {
	return mem.Step(ctx, "write under lock", func() int64 {
		if in.Kind == outbox.Crash {
			return 0
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		e := s.change(in)
		s.pending = append(s.pending, e)
		return e.Version
	})
}

// thenSend changes the key under a lock, and publishes after it has let go of that. One that crashes does so in between.
func thenSend(ctx context.Context, s *state, in outbox.Input) (int64, error) {
	e, err := mem.Step(ctx, "write under lock", func() event {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.change(in)
	})
	if err != nil || in.Kind == outbox.Crash {
		return e.Version, err
	}
	// The write is done, whatever comes of this: an error would say something else.
	_, _ = mem.Step(ctx, "publish", func() int { return s.send(e) })
	return e.Version, nil
}

// noRelay is that of writers who publish themselves.
func noRelay(context.Context, *state) (int, error) { return 0, nil }

// copyThenClear publishes a copy of what is to be published, and clears that afterwards.
func copyThenClear(ctx context.Context, s *state) (int, error) {
	all, err := mem.Step(ctx, "copy", func() []event {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.pending[:len(s.pending):len(s.pending)]
	})
	if err != nil || len(all) == 0 {
		return 0, err
	}
	n, err := mem.Step(ctx, "publish", func() int { return s.send(all...) })
	if err != nil {
		return 0, err
	}
	// They are published, whatever comes of this: what stays is published again.
	_, _ = mem.Step(ctx, "clear", func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.pending = nil
		return n
	})
	return n, nil
}

// take takes what is to be published.
func (s *state) take() []event {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.pending
	s.pending = nil
	return all
}

// takeThenSend takes what is to be published, and publishes it after it has let go of the lock.
func takeThenSend(ctx context.Context, s *state) (int, error) {
	all, err := mem.Step(ctx, "take", s.take)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	// What was taken is published: whoever is called off before that would have lost it.
	return mem.Step(context.WithoutCancel(ctx), "publish", func() int { return s.send(all...) })
}

// sendUnderLock publishes before it lets go of the lock that it has taken the events under.
func sendUnderLock(ctx context.Context, s *state) (int, error) {
	return mem.Step(ctx, "publish under lock", func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		n := s.send(s.pending...)
		s.pending = nil
		return n
	})
}
