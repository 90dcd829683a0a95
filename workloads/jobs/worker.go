package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lostupdate/stress/harness"
)

// Worker is one client of a queue, with a method for each kind of operation. Their errors follow [harness.Client].
type Worker interface {
	// Claim gives a job, or none. Whoever still has one from before has given it up.
	Claim(ctx context.Context) (job int, found bool, err error)
	// Process is the work itself, on a job that was claimed.
	Process(ctx context.Context, job int) error
	// Finish applies the job's effect and ends the job, or is refused.
	Finish(ctx context.Context, job int) (done bool, err error)
	// Crash does what befalls the queue when a worker dies that has a job, and makes the worker anew.
	Crash(ctx context.Context, job int) error
	// Left reports whether there are jobs, as the queue knows, that are not over: if Claim gives none then, another has them.
	Left(ctx context.Context) (bool, error)
	// Effects is how often the job's effect was applied.
	Effects(ctx context.Context, job int) (int64, error)
	Close() error
}

// Client makes a client of a worker.
func Client(w Worker) harness.Client[Input, Output] { return &client{Worker: w} }

type client struct {
	Worker

	waited bool // once for all that it could, in vain
}

// Do makes one operation.
func (c *client) Do(ctx context.Context, in Input) (out Output, err error) {
	job := int(in.Job)
	switch in.Kind {
	case Claim:
		return given(c.Claim(ctx))
	case Process:
		return out, c.Process(ctx, job)
	case Finish:
		out.Done, err = c.Finish(ctx, job)
	case Crash:
		return out, c.Crash(ctx, job)
	case Work:
		return c.wait(ctx)
	default:
		out.Count, err = c.Effects(ctx, job)
	}
	return out, err
}

func given(job int, found bool, err error) (Output, error) {
	if err != nil || !found {
		return Output{}, err
	}
	return Output{Found: true, Job: int32(job)}, nil
}

// errHeld says that no job can be done now, and that one may have to be later.
var errHeld = errors.New("jobs: another has the job")

// The pauses before a job that another has is asked for again, doubled each time.
const (
	shortest = 200 * time.Microsecond
	longest  = 20 * time.Millisecond
)

// wait works, and waits for jobs that others have and may give back: for most of the operation's time, so that it fails while its
// client can still be asked for effects, and only once, since what did not come back in that time never may.
func (c *client) wait(ctx context.Context) (Output, error) {
	began, until := time.Now(), ctx
	if deadline, ok := ctx.Deadline(); ok {
		var end context.CancelFunc
		until, end = context.WithDeadline(ctx, began.Add(time.Until(deadline)*9/10))
		defer end()
	}
	for pause := shortest; ; pause = min(2*pause, longest) {
		out, err := c.work(ctx)
		if !errors.Is(err, errHeld) {
			return out, err
		}
		if c.waited {
			return Output{}, fmt.Errorf("%w, and gave it back neither before nor now", err)
		}
		if harness.Pause(until, pause) != nil {
			c.waited = true
			return Output{}, fmt.Errorf("%w, and did not give it back in %v", err, time.Since(began).Round(time.Millisecond))
		}
		harness.Retried(ctx)
	}
}

// work does one job, or says that none is left.
func (c *client) work(ctx context.Context) (Output, error) {
	job, found, err := c.Claim(ctx)
	if err != nil {
		return Output{}, err
	}
	if !found {
		left, err := c.Left(ctx)
		if err == nil && left {
			err = harness.NotApplied(errHeld)
		}
		return Output{}, err
	}
	done, err := c.Finish(ctx, job)
	if err == nil && !done {
		err = harness.NotApplied(errHeld)
	}
	return given(job, done, err)
}
