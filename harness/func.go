package harness

import "context"

// Func makes a target of a function which all clients call at once, such as a method of a service that keeps its state
// itself. The state must be fresh: nothing is set up or dropped. For errors see [Client].
func Func[I, O any](do func(ctx context.Context, in I) (O, error)) Target[I, O] {
	return function[I, O](do)
}

type function[I, O any] func(ctx context.Context, in I) (O, error)

func (f function[I, O]) Setup(context.Context) error { return nil }
func (f function[I, O]) Close(context.Context) error { return nil }

func (f function[I, O]) Open(context.Context, int) (Client[I, O], error) { return caller[I, O](f), nil }

type caller[I, O any] func(ctx context.Context, in I) (O, error)

func (c caller[I, O]) Do(ctx context.Context, in I) (O, error) { return c(ctx, in) }
func (c caller[I, O]) Close() error                            { return nil }
