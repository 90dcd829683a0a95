package keys

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/unique"
)

// Unique makes a target of n keys that have no result at the start.
func Unique(s Store, n int) harness.Target[unique.Input, unique.Output] {
	return &target{store: s, n: n}
}

type target struct {
	store Store
	n     int
}

func (t *target) Setup(ctx context.Context) error { return t.store.Setup(ctx, t.n) }
func (t *target) Close(ctx context.Context) error { return t.store.Close(ctx) }
func (t *target) Version() string                 { return t.store.Version() }

func (t *target) Open(ctx context.Context, id int) (harness.Client[unique.Input, unique.Output], error) {
	s, err := t.store.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	return client{s}, nil
}

type client struct{ Session }

func (c client) Do(ctx context.Context, in unique.Input) (unique.Output, error) {
	switch in.Kind {
	case unique.Count:
		n, err := c.Count(ctx, int(in.Key))
		return unique.Output{Count: n}, err
	case unique.Get:
		r, err := c.Get(ctx, int(in.Key))
		return output(r), err
	default:
		r, err := c.Create(ctx, int(in.Key))
		return output(r), err
	}
}

func output(r Result) unique.Output {
	return unique.Output{Found: r.Found, ID: r.ID, Created: r.Created}
}
