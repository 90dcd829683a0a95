package harness

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// finalSeat stands for the one client that makes the final reads. No scheduler holds it and no interrupt hurries it.
const finalSeat = -1

// open connects a client under an identity.
func (r *run[I, O]) open(parent context.Context, id, seat int) (*life[I, O], error) {
	ctx, cancel := context.WithTimeoutCause(parent, r.cfg.connectTimeout, ErrTimeout)
	defer cancel()
	client, err := bounded(ctx, r.cfg.patience.abandon, "Open", func(ctx context.Context) (Client[I, O], error) {
		return r.target.Open(ctx, id)
	}, func(client Client[I, O]) {
		defer r.orphans.Add(-1)
		if client != nil {
			_ = guard("Close", client.Close)
		}
	})
	switch {
	case errors.Is(err, errAbandoned):
		r.orphans.Add(1)
	case err == nil && client == nil:
		err = errors.New("Open gave neither a client nor an error")
	}
	if err != nil {
		return nil, fmt.Errorf("opening client %d: %w", id, err)
	}
	return r.enlist(r.newLife(parent, client, id, seat)), nil
}

// reopen connects under a new identity, trying for as long as connecting may take, or until ctx is done.
func (r *run[I, O]) reopen(ctx context.Context, seat int) (*life[I, O], error) {
	return backoff.Retry(ctx, func() (*life[I, O], error) {
		l, err := r.open(ctx, int(r.next.Add(1))-1, seat)
		if errors.Is(err, errBroken) || errors.Is(err, errAbandoned) {
			return nil, backoff.Permanent(err)
		}
		return l, err
	}, backoff.WithBackOff(&backoff.ExponentialBackOff{
		InitialInterval: time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: time.Second,
	}), backoff.WithMaxElapsedTime(r.cfg.connectTimeout))
}

func (r *run[I, O]) newLife(parent context.Context, client Client[I, O], id, seat int) *life[I, O] {
	l := &life[I, O]{
		client: client, log: r.rec.Log(int32(id)), stuck: make(chan struct{}), patient: seat == finalSeat,
		abandon: r.cfg.patience.abandon,
		timeout: min(r.cfg.timeout, math.MaxInt64/2), // so that a time added to it does not overflow
	}
	if !l.patient { // operations outlive the run's context, by a grace which the watchdog keeps
		parent = context.WithoutCancel(parent)
	}
	ctx, cancel := context.WithCancelCause(parent)
	l.cancel = cancel
	l.ctx = &opContext{Context: ctx, base: r.rec.Base(), due: &l.due}
	if r.observer != nil {
		l.observer = &observer[I, O]{Observer: r.observer, workload: r.workload, fail: r.fail}
		l.ctx.call.observer = r.observer
	}
	if r.cfg.scheduler != nil && seat != finalSeat {
		l.stepper = r.cfg.scheduler.Stepper(id, r.cfg.seed^uint64(id+1)*0x9e3779b97f4a7c15)
		l.ctx.call.stepper = l.stepper
	}
	return l
}

func (r *run[I, O]) enlist(l *life[I, O]) *life[I, O] {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lives[l] = struct{}{}
	return l
}

func (r *run[I, O]) delist(l *life[I, O]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.lives, l)
}

// shut closes a life that has no operation under way. A Close that fails can't change anything that is recorded, as the
// connection may be the very thing that broke; one that panics is the run's failure. It comes before the life leaves the
// scheduler, so that those who are let go then don't meet what it holds.
func (r *run[I, O]) shut(l *life[I, O]) {
	r.delist(l)
	ctx, cancel := context.WithTimeoutCause(context.Background(), min(r.cfg.timeout, r.cfg.patience.clientClose), ErrTimeout)
	defer cancel()
	_, err := bounded(ctx, r.cfg.patience.abandon, fmt.Sprintf("closing client %d", l.log.Client()),
		func(context.Context) (struct{}, error) { return struct{}{}, l.client.Close() },
		func(struct{}) { r.orphans.Add(-1) })
	l.leave()
	l.cancel(nil)
	switch {
	case errors.Is(err, errAbandoned):
		r.orphans.Add(1)
	case errors.Is(err, errBroken):
		r.fail(err)
	}
}

// lose lets go of a life whose operation does not return; its goroutine closes it if it does. A test learns nothing more
// once as many are lost as there are clients.
func (r *run[I, O]) lose(l *life[I, O]) {
	l.leave()
	l.observer.abandon()
	if n := r.orphans.Add(1); r.cfg.testing && int(n) >= r.cfg.clients {
		r.jammed.Store(true)
		r.stopNow(nil)
	}
}

// found closes a lost life whose operation has returned after all.
func (r *run[I, O]) found(l *life[I, O]) {
	_ = guard("Close", l.client.Close)
	l.cancel(nil)
	r.orphans.Add(-1)
}

// fail keeps the first error that belongs to no operation and does not end the run.
func (r *run[I, O]) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.trouble == nil {
		r.trouble = err
	}
}

func (r *run[I, O]) troubled() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trouble
}
