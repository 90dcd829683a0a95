package unique

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
)

// Funcs are a user's own functions on what must come about once for each key: a sign-up by address, a get-or-create, an
// idempotency key. ID is what names a result, such as the ID of a row; its zero value stands for none. Clients call the
// functions at once for the same keys, and each key must get one result, which all are given, and no other key has: see
// [Test].
//
// A key is a number that no run has used before, of which the functions make their own, such as an address: so a run needs
// no empty table.
type Funcs[ID comparable] struct {
	// Create gives the result of the key, and makes it if there is none. Required. A nil error says that it was done, one that
	// wraps harness.ErrNotApplied that nothing happened, and any other that nobody knows.
	Create func(ctx context.Context, key int64) (ID, error)
	// Get gives the result of the key, or none.
	Get func(ctx context.Context, key int64) (ID, error)
	// Count gives how many results are stored for the key. Recommended: it finds those that nobody was given.
	Count func(ctx context.Context, key int64) (int64, error)
	// Setup comes before each run, as to take away what those before have left.
	Setup func(ctx context.Context) error
	// Keys is how many keys there are in a run; 100 if 0.
	Keys int
}

// Test tests functions that create; see [harness.Test].
func Test[ID comparable](tb harness.TB, f Funcs[ID], opts ...harness.Option) {
	tb.Helper()
	harness.TestEach(tb, f.prepare, opts...)
}

func (f Funcs[ID]) prepare(ctx context.Context) (harness.Target[Input, Output], harness.Workload[Input, Output], error) {
	if f.Create == nil {
		return nil, nil, errors.New("unique.Funcs must have Create")
	}
	w, err := New(Config{Keys: f.Keys})
	if err != nil {
		return nil, nil, err
	}
	w.noGet, w.noCount = f.Get == nil, f.Count == nil
	if f.Setup != nil {
		if err := f.Setup(ctx); err != nil {
			return nil, nil, fmt.Errorf("setting up: %w", err)
		}
	}
	return harness.Fresh(func(context.Context) (func(context.Context, Input) (Output, error), error) {
		return (&calls[ID]{Funcs: f, first: workloads.FreshKeys(), numbers: map[ID]int64{}}).do, nil
	}), w, nil
}

// calls are the functions in one run, with its first key.
type calls[ID comparable] struct {
	Funcs[ID]
	first int64

	mu      sync.Mutex
	numbers map[ID]int64
}

func (c *calls[ID]) do(ctx context.Context, in Input) (Output, error) {
	key := c.first + int64(in.Key)
	switch in.Kind {
	case Count:
		n, err := c.Count(ctx, key)
		return Output{Count: n}, harness.NotApplied(err) // what failed has only read
	case Get:
		id, err := c.Get(ctx, key)
		return c.answer(id), harness.NotApplied(err)
	}
	id, err := c.Create(ctx, key)
	out := c.answer(id)
	out.Untold = out.Found
	return out, err
}

// answer tells what was given. An ID that is no number has one of its own.
func (c *calls[ID]) answer(id ID) Output {
	var none ID
	if id == none {
		return Output{}
	}
	switch id := any(id).(type) {
	case int64:
		return Output{Found: true, ID: id}
	case int:
		return Output{Found: true, ID: int64(id)}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.numbers[id]
	if !ok {
		n = int64(len(c.numbers)) + 1
		c.numbers[id] = n
	}
	return Output{Found: true, ID: n}
}
