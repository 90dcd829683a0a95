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

// ErrStream means that a history can't be checked while it is read.
var ErrStream = errors.New("the history can't be checked in pieces")

// Stream gives the verdict on a recorded history of this program while it is read, in memory that does not grow with its
// length, and ends with the first violation. The path may be that of a pipe into which a run still writes. What it decides is
// linearizability. The last look, when all was read, may take until the timeout.
func Stream(ctx context.Context, path string, timeout time.Duration) (*report.Report, error) {
	f, err := jepsen.Open(ctx, path)
	if err != nil {
		return nil, unread(ctx, path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	if f.Format() != jepsen.Other {
		return nil, fmt.Errorf("%s: %w: it is a %v, and only histories of this program are", path, ErrStream, f.Format())
	}
	r, err := own(f, path, "")
	if err != nil {
		return nil, unread(ctx, path, err)
	}
	defer func() { _ = r.Close() }() // nothing was written
	b, p, err := bindingOf(r.Info(), path)
	if err != nil {
		return nil, err
	}
	out, err := b.stream(ctx, r, p, timeout)
	if err != nil {
		return nil, unread(ctx, path, err)
	}
	repairFrom(out, r.Info())
	return out, nil
}

// errViolated ends the reading.
var errViolated = errors.New("violated")

// lookEvery is how often a history that comes slowly is looked at.
const lookEvery = time.Second

// follow reads a history to its end, or to the first violation.
func follow[I, O any](
	ctx context.Context, r *file.Reader, w harness.Workload[I, O], timeout time.Duration,
) (*report.Report, error) {
	f, ok := harness.NewFollower(w)
	if !ok {
		name, _ := w.Info()
		return nil, fmt.Errorf("%w: the workload %s has no check for it", ErrStream, name)
	}
	read, looked := 0, time.Now()
	end, err := file.ReadBatches(r, func(b history.Batch[I, O]) error {
		read += len(b.Done)
		violated := f.Add(ctx, b)
		if !violated && time.Since(looked) >= lookEvery {
			violated, looked = f.Violated(ctx), time.Now()
		}
		if violated {
			return errViolated
		}
		return ctx.Err()
	})
	switch {
	case errors.Is(err, errViolated):
		end.Missing = fmt.Sprintf("read as far as it takes to prove the violation: %s operations", report.Count(int64(read)))
	case err != nil:
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return report.OfStream(w, r.Info(), f.Judge(ctx, end.Interrupted, end.Missing), end.Missing), nil
}
