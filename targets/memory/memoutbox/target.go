// Package memoutbox has strategies that publish what was written in the memory of this process: what mem promises, of every
// one of them.
package memoutbox

import (
	"context"
	"slices"
	"sync"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/outbox"
)

// Strategy is one way of publishing what was written, and what it must show.
type Strategy = strategy.For[*outbox.Workload, outbox.Input, outbox.Output]

// plan is what a strategy does.
type plan struct {
	write   func(ctx context.Context, s *state, in outbox.Input) (version int64, err error)
	publish func(ctx context.Context, s *state) (n int, err error)
}

// event is one of a key.
type event struct {
	key int32
	outbox.Event
}

// state is what all clients share.
type state struct {
	plan plan

	mu       sync.Mutex
	versions []int64
	pending  []event // written and not published

	broker sync.Mutex // of what is elsewhere: no lock of the writers' holds for it
	log    [][]outbox.Event
}

// target keeps the state.
type target struct {
	plan  plan
	keys  int
	state *state
}

// newTarget makes the New of a strategy.
func newTarget(p plan) func(string, uint64) func(*outbox.Workload) harness.Target[outbox.Input, outbox.Output] {
	return func(string, uint64) func(*outbox.Workload) harness.Target[outbox.Input, outbox.Output] {
		return func(w *outbox.Workload) harness.Target[outbox.Input, outbox.Output] {
			return &target{plan: p, keys: w.Keys()}
		}
	}
}

func (t *target) Setup(context.Context) error {
	t.state = &state{plan: t.plan, versions: make([]int64, t.keys), log: make([][]outbox.Event, t.keys)}
	return nil
}

func (t *target) Open(context.Context, int) (harness.Client[outbox.Input, outbox.Output], error) {
	if t.state == nil {
		return nil, mem.ErrNotSetUp
	}
	return client{state: t.state}, nil
}

func (t *target) Close(context.Context) error { return nil }
func (t *target) Version() string             { return mem.Version() }

// client is one client.
type client struct {
	mem.NothingToClose
	*state
}

// Do makes one operation.
func (c client) Do(ctx context.Context, in outbox.Input) (out outbox.Output, err error) {
	switch in.Kind {
	case outbox.Write:
		out.Version, err = c.plan.write(ctx, c.state, in)
	case outbox.Crash:
		_, err = c.plan.write(ctx, c.state, in)
	case outbox.Publish:
		n, err := c.plan.publish(ctx, c.state)
		return outbox.Output{Count: int64(n)}, err
	case outbox.Drain:
		for n := 1; n > 0 && err == nil; out.Count += int64(n) {
			n, err = c.plan.publish(ctx, c.state)
		}
	default:
		out.Events, err = mem.Step(ctx, "read log", func() []outbox.Event {
			c.broker.Lock()
			defer c.broker.Unlock()
			return slices.Clone(c.log[in.Key])
		})
	}
	return out, err
}

// send publishes events.
func (s *state) send(all ...event) int {
	s.broker.Lock()
	defer s.broker.Unlock()
	for _, e := range all {
		s.log[e.key] = append(s.log[e.key], e.Event)
	}
	return len(all)
}
