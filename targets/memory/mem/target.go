package mem

import (
	"context"

	"github.com/lostupdate/stress/harness"
)

// Target makes a target of what all clients share, which is what is tested. Build makes it anew for each run, and gives what
// makes the function by which a client uses it.
func Target[I, O any](build func() func(client int) func(context.Context, I) (O, error)) harness.Target[I, O] {
	return &target[I, O]{build: build}
}

type target[I, O any] struct {
	build func() func(client int) func(context.Context, I) (O, error)
	open  func(client int) func(context.Context, I) (O, error)
}

func (t *target[I, O]) Setup(context.Context) error {
	t.open = t.build()
	return nil
}

func (t *target[I, O]) Open(_ context.Context, number int) (harness.Client[I, O], error) {
	if t.open == nil {
		return nil, ErrNotSetUp
	}
	return client[I, O]{do: t.open(number)}, nil
}

func (t *target[I, O]) Close(context.Context) error { return nil }
func (t *target[I, O]) Version() string             { return Version() }

type client[I, O any] struct {
	NothingToClose
	do func(context.Context, I) (O, error)
}

func (c client[I, O]) Do(ctx context.Context, in I) (O, error) { return c.do(ctx, in) }
