package daemon

import (
	"context"
	"fmt"
	"time"
)

const (
	// between is the pause between two questions for the health.
	between = 50 * time.Millisecond
	// hearing is how long one may take: a server that is not up yet may accept a connection and never answer on it.
	hearing = 5 * time.Second
)

// lateError says that patience is over.
type lateError time.Duration

func (e lateError) Error() string { return "not healthy within " + time.Duration(e).String() }

// probe asks once. Health is not told when ctx will end, only that it has: else it could give up a moment before, and say
// no more than that it had no time.
func probe(ctx context.Context, health func(context.Context) error) error {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), hearing)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	return health(asking)
}

// await asks until the service is healthy, has ended, or ctx does, or patience.
func (d *Daemon) await(ctx context.Context, cfg Config) error {
	if cfg.Pipes {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.Patience, lateError(cfg.Patience))
	defer cancel()
	pause := time.NewTicker(between)
	defer pause.Stop()
	deadline, _ := ctx.Deadline() // a dial ends by the clock, perhaps before ctx has
	var last error
	for {
		err := probe(ctx, cfg.Health)
		if ctx.Err() == nil && time.Now().Before(deadline) || last == nil { // else it may only say that it was cut short
			last = err
		}
		select {
		case <-d.done: // whoever answered, it was not this service
			return fmt.Errorf("before it was healthy, %w", d.err)
		default:
		}
		if err == nil {
			return nil
		}
		select {
		case <-d.done:
		case <-pause.C:
		case <-ctx.Done():
			return fmt.Errorf("the service was ended: %w; asked%s, its health gave: %w; %s",
				context.Cause(ctx), cfg.at(), last, d.last)
		}
	}
}
