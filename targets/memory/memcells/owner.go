package memcells

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
)

var errClosed = errors.New("memory: the owner of the cells has ended: the store was closed")

// owner is the goroutine that alone touches the cells, and the way to ask it.
type owner struct {
	requests chan func(values []int64) // unbuffered: whoever has sent knows that the owner has taken it
	closing  chan struct{}
	ended    chan struct{}
	once     sync.Once
}

func newOwner(initial []int64) cells.Session {
	o := &owner{requests: make(chan func([]int64)), closing: make(chan struct{}), ended: make(chan struct{})}
	go o.serve(initial)
	return o
}

func (o *owner) serve(values []int64) {
	defer close(o.ended)
	for {
		select {
		case request := <-o.requests:
			request(values)
		case <-o.closing:
			return
		}
	}
}

// Close ends the owner, after the request that it is serving.
func (o *owner) Close() error {
	o.once.Do(func() { close(o.closing) })
	<-o.ended
	return nil
}

func (o *owner) Read(ctx context.Context, cell int) (int64, error) {
	return ask(ctx, o, "read value", func(values []int64) int64 { return values[cell] })
}

func (o *owner) ReadAll(ctx context.Context) ([]int64, error) {
	return ask(ctx, o, "read all", slices.Clone[[]int64])
}

func (o *owner) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	return ask(ctx, o, "update", func(values []int64) cells.Effect { return change(values, c) })
}

// ask has the owner carry out a request. Before the owner has taken it, giving up leaves nothing behind; afterwards
// the client can't know.
func ask[T any](ctx context.Context, o *owner, name string, request func([]int64) T) (T, error) {
	reply := make(chan T, 1) // buffered: the owner never waits for a client that has given up
	taken := false
	v, err := harness.Step(ctx, name, func(ctx context.Context) (v T, err error) {
		if err = o.hand(ctx, func(values []int64) { reply <- request(values) }); err != nil {
			return v, err
		}
		taken = true
		select {
		case v = <-reply:
			return v, nil
		case <-ctx.Done():
			return v, fmt.Errorf("memory: no answer from the owner of the cells: %w", context.Cause(ctx))
		}
	})
	if !taken {
		err = harness.NotApplied(err)
	}
	return v, err
}

// hand gives a request to the owner. It fails only if the owner has not taken it and never will.
func (o *owner) hand(ctx context.Context, request func([]int64)) error {
	select {
	case o.requests <- request:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-o.closing:
		return errClosed
	}
}
