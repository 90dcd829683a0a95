package harness

import "context"

// Func makes a target of a function which all clients call at once, such as a method of a service that keeps its state
// itself. The state must be fresh: nothing is set up or dropped. So a [Test] can run it only once; see [Fresh]. For errors
// see [Client].
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

func (f function[I, O]) runsOnce() {}

// Fresh makes a target of functions as [Func] does, of which each run gets a new one: setup makes it with state that no run
// has used before, or an error.
func Fresh[I, O any](
	setup func(ctx context.Context) (do func(ctx context.Context, in I) (O, error), err error),
) Target[I, O] {
	return &fresh[I, O]{setup: setup}
}

type fresh[I, O any] struct {
	setup func(ctx context.Context) (func(ctx context.Context, in I) (O, error), error)
	do    func(ctx context.Context, in I) (O, error)
}

func (f *fresh[I, O]) Setup(ctx context.Context) (err error) {
	f.do, err = f.setup(ctx)
	return err
}

func (f *fresh[I, O]) Open(context.Context, int) (Client[I, O], error) {
	return caller[I, O](f.do), nil
}
func (f *fresh[I, O]) Close(context.Context) error { return nil }
