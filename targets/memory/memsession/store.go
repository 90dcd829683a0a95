// Package memsession has a leader and two followers in the memory of this process, which are behind it by a little, and the
// ways in which clients write to the one and read from the others.
package memsession

import (
	"context"
	"sync"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/session"
)

// lags gives how far each follower is behind the leader. Real ones are so under load, each by another time.
func lags() []time.Duration { return []time.Duration{2 * time.Millisecond, 6 * time.Millisecond} }

// entry is a version, and when the leader had it.
type entry struct {
	version int64
	at      time.Time
}

// store is the leader, whose log the followers apply in order: a follower has what the leader had some time ago.
type store struct {
	read reader
	lags []time.Duration
	now  func() time.Time

	mu   sync.Mutex
	logs [][]entry // by key
}

// reader reads a key for a client, in the way of one strategy.
type reader func(ctx context.Context, c *client, key int) (int64, error)

// newTarget makes the target of a workload.
type newTarget = func(*session.Workload) harness.Target[session.Input, session.Output]

// newStore makes the New of a strategy.
func newStore(read reader) func(string, uint64) newTarget {
	return func(string, uint64) newTarget {
		return func(w *session.Workload) harness.Target[session.Input, session.Output] {
			return &store{read: read, lags: lags(), now: time.Now, logs: make([][]entry, w.Keys())}
		}
	}
}

func (s *store) Setup(context.Context) error {
	s.logs = make([][]entry, len(s.logs))
	return nil
}

func (s *store) Open(_ context.Context, id int) (harness.Client[session.Input, session.Output], error) {
	return &client{store: s, follower: id % len(s.lags), seen: map[int]int64{}}, nil
}

func (s *store) Close(context.Context) error { return nil }
func (s *store) Version() string             { return mem.Version() }

// write gives a key its next version.
func (s *store) write(key int) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	version := int64(len(s.logs[key]) + 1)
	s.logs[key] = append(s.logs[key], entry{version, s.now()})
	return version
}

// latest gives what the leader has.
func (s *store) latest(key int) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(len(s.logs[key]))
}

// applied gives what a follower has.
func (s *store) applied(follower, key int) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := s.now().Add(-s.lags[follower])
	log := s.logs[key]
	for i := len(log) - 1; i >= 0; i-- {
		if !log[i].at.After(until) {
			return log[i].version
		}
	}
	return 0
}
