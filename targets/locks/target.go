package locks

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/lock"
)

const (
	// attempts is how often a client asks for a lock before it is told that somebody else has it. They take a tenth of a
	// second. To wait for ever would not do: a holder of which nobody knows what became of it may have the lock until its
	// lease ends, and one that has made its warm-up until all others have.
	attempts = 12
	// stalls is one in how many uses has a holder that pauses before it.
	stalls = 20
)

// Config says how the clients of a strategy behave.
type Config struct {
	// Fenced: the resource refuses the token of a grant once it has seen a higher one.
	Fenced bool
	// Stall is how long some holders pause before they use the resource, as a garbage collection, a slow disk or a frozen
	// machine makes them; 0 if none do. It is for locks that expire, and longer than their leases.
	Stall time.Duration
	// Seed is for the chance by which they do.
	Seed uint64
}

// Target makes a target of the workload's locks.
func Target(s Service, w *lock.Workload, c Config) harness.Target[lock.Input, lock.Output] {
	return &target{Service: s, config: c, resource: newResource(w.Keys(), c.Fenced)}
}

type target struct {
	Service
	config   Config
	resource *resource
}

// Setup also makes a fresh resource, as a test that fails sets its target up again.
func (t *target) Setup(ctx context.Context) error {
	n := len(t.resource.parts)
	t.resource = newResource(n, t.config.Fenced)
	return t.Service.Setup(ctx, n)
}

func (t *target) Open(ctx context.Context, id int) (harness.Client[lock.Input, lock.Output], error) {
	l, err := t.Service.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	return &client{
		Locker: l, config: t.config, resource: t.resource, tokens: map[int]int64{},
		chance: rand.New(rand.NewPCG(t.config.Seed, uint64(id))),
	}, nil
}

type client struct {
	Locker
	config   Config
	resource *resource
	tokens   map[int]int64 // of the locks that it has been granted and has not released
	chance   *rand.Rand
}

func (c *client) Do(ctx context.Context, in lock.Input) (lock.Output, error) {
	switch n := int(in.Lock); in.Kind {
	case lock.Use:
		return c.use(ctx, n)
	case lock.Release:
		return c.release(ctx, n)
	default:
		return c.acquire(ctx, n)
	}
}

// errTaken says that somebody else holds a lock.
var errTaken = errors.New("the lock is taken")

// acquire asks until the lock is free, or until it has asked often enough.
func (c *client) acquire(ctx context.Context, n int) (lock.Output, error) {
	left := attempts
	g, err := harness.Retry(ctx, func(err error) bool { return errors.Is(err, errTaken) },
		func(ctx context.Context) (Grant, error) {
			g, err := c.Acquire(ctx, n)
			if left--; err == nil && !g.Got && left > 0 {
				err = errTaken
			}
			return g, err
		})
	if g.Got && err == nil {
		c.tokens[n] = g.Token
	}
	return lock.Output{Got: g.Got, Token: g.Token}, err
}

// use is refused by ourselves where we know that we don't have the lock.
func (c *client) use(ctx context.Context, n int) (lock.Output, error) {
	token, has := c.tokens[n]
	if !has {
		return lock.Output{}, nil
	}
	if k, ok := c.Locker.(Keeper); ok {
		if held, err := k.Keep(ctx, n); err != nil || !held {
			return lock.Output{}, err
		}
	}
	if err := c.pause(ctx); err != nil {
		return lock.Output{}, err
	}
	out, err := harness.Step(ctx, "use", func(context.Context) (lock.Output, error) {
		seq, accepted := c.resource.access(n, token)
		return lock.Output{Accepted: accepted, Seq: seq}, nil
	})
	return out, harness.NotApplied(err)
}

func (c *client) release(ctx context.Context, n int) (lock.Output, error) {
	if _, has := c.tokens[n]; !has {
		return lock.Output{}, nil
	}
	held, err := c.Release(ctx, n)
	if err == nil || !errors.Is(err, harness.ErrNotApplied) {
		delete(c.tokens, n)
	}
	return lock.Output{Held: held}, err
}

// pause is what happens to some holders between having the lock and using what it protects.
func (c *client) pause(ctx context.Context) error {
	if c.config.Stall == 0 {
		return nil
	}
	return strategy.Pause(ctx, c.chance, stalls, c.config.Stall)
}
