package mem

import (
	"context"

	"github.com/lostupdate/stress/harness"
)

// Target makes a target of a function that all clients share, and of what it works on: what they share is what is tested.
// Build makes both anew for each run.
func Target[I, O any](build func() func(context.Context, I) (O, error)) harness.Target[I, O] {
	return &target[I, O]{build: build}
}

type target[I, O any] struct {
	build func() func(context.Context, I) (O, error)
	do    func(context.Context, I) (O, error)
}

func (t *target[I, O]) Setup(context.Context) error {
	t.do = t.build()
	return nil
}

func (t *target[I, O]) Open(context.Context, int) (harness.Client[I, O], error) {
	if t.do == nil {
		return nil, ErrNotSetUp
	}
	return client[I, O]{do: t.do}, nil
}

func (t *target[I, O]) Close(context.Context) error { return nil }
func (t *target[I, O]) Version() string             { return Version() }

type client[I, O any] struct {
	NothingToClose
	do func(context.Context, I) (O, error)
}

func (c client[I, O]) Do(ctx context.Context, in I) (O, error) { return c.do(ctx, in) }
