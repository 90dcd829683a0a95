package targets

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/report"
)

// ErrStream means that a history can't be checked while it is read; [jepsen.ErrOrder] means that, too.
var ErrStream = errors.New("the history can't be checked in pieces")

// Stream gives the verdict on a recorded history while it is read, in memory that does not grow with its length, and ends
// with the first violation; see [Check] for formats and the model. The path may be that of a pipe into which a run still
// writes. What it decides is linearizability, and of unique results also that no two keys have one. The last look, when all
// was read, may take until the timeout.
func Stream(ctx context.Context, path, model string, timeout time.Duration) (*report.Report, error) {
	f, err := jepsen.Open(ctx, path)
	if err != nil {
		return nil, unread(ctx, path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	stream := streamJepsen
	if f.Format() == jepsen.Other {
		stream = streamOwn
	}
	out, err := stream(ctx, f, path, model, timeout)
	return out, unread(ctx, path, err)
}

func streamOwn(ctx context.Context, f *jepsen.File, path, model string, timeout time.Duration) (*report.Report, error) {
	r, err := own(f, path, model)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written
	b, p, err := bindingOf(r.Info(), path)
	if err != nil {
		return nil, err
	}
	out, err := b.stream(ctx, r, p, timeout)
	if err != nil {
		return nil, err
	}
	repairFrom(out, r.Info())
	return out, nil
}

// errViolated ends the reading.
var errViolated = errors.New("violated")

// lookEvery is how often a history that comes slowly is looked at.
const lookEvery = time.Second

// following is a history that is read to its end, or to the first violation.
type following[I, O any] struct {
	*harness.Follower[I, O]
	read   int // operations
	looked time.Time
}

func startFollowing[I, O any](w harness.Workload[I, O]) (*following[I, O], error) {
	f, ok := harness.NewFollower(w)
	if !ok {
		name, _ := w.Info()
		return nil, fmt.Errorf("%w: the workload %s has no check for it", ErrStream, name)
	}
	return &following[I, O]{Follower: f, looked: time.Now()}, nil
}

// add takes the next batch; its error ends the reading.
func (f *following[I, O]) add(ctx context.Context, b history.Batch[I, O]) error {
	f.read += len(b.Done)
	violated := f.Add(ctx, b)
	if !violated && time.Since(f.looked) >= lookEvery {
		violated, f.looked = f.Violated(ctx), time.Now()
	}
	if violated {
		return errViolated
	}
	return ctx.Err()
}

// missing says what a history lacks for how its reading ended, besides what it says itself.
func (f *following[I, O]) missing(err error, itself string) string {
	if errors.Is(err, errViolated) {
		return fmt.Sprintf("read as far as it takes to prove the violation: %s operations", report.Count(int64(f.read)))
	}
	return itself
}

// follow checks a history in this program's own format while it reads it.
func follow[I, O any](
	ctx context.Context, r *file.Reader, w harness.Workload[I, O], timeout time.Duration,
) (*report.Report, error) {
	f, err := startFollowing(w)
	if err != nil {
		return nil, err
	}
	end, err := file.ReadBatches(r, func(b history.Batch[I, O]) error { return f.add(ctx, b) })
	if err != nil && !errors.Is(err, errViolated) {
		return nil, err
	}
	missing := f.missing(err, end.Missing)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return harness.ReportStream(w, r.Info(), f.Judge(ctx, end.Interrupted, missing), missing), nil
}
