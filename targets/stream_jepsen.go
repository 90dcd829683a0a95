package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/workloads/foreign"
)

// streamJepsen checks a history in one of Jepsen's formats while it reads it, as the run whose head it has, or by its
// operations alone.
func streamJepsen(
	ctx context.Context, f *jepsen.File, path, model string, timeout time.Duration,
) (*report.Report, error) {
	s, err := f.Stream(model)
	if err != nil {
		return nil, err
	}
	h := s.History()
	if h.Ours == nil {
		return followForeign(ctx, s, timeout)
	}
	b, p, err := bindingOf(*h.Ours, path)
	if err != nil {
		return nil, err
	}
	out, err := b.streamJepsen(ctx, s, p, timeout)
	if errors.Is(err, ErrWorkload) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err != nil {
		return nil, err // it names the file
	}
	repairFrom(out, *h.Ours)
	return out, nil
}

// readBatches reads a history, and gives each batch away; an error ends the reading.
func readBatches(s *jepsen.Stream, each func(jepsen.Batch) error) error {
	for {
		b, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = each(b)
		}
		if err != nil {
			return err
		}
	}
}

// followJepsen checks what this program recorded, by a run's workload.
func followJepsen[I, O any](
	ctx context.Context, s *jepsen.Stream, w harness.Workload[I, O], words *vocabulary[I, O], timeout time.Duration,
) (*report.Report, error) {
	f, err := startFollowing(w)
	if err != nil {
		return nil, err
	}
	h := s.History()
	err = readBatches(s, func(b jepsen.Batch) error {
		own, err := words.batch(h, b)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrWorkload, err)
		}
		return f.add(ctx, own)
	})
	if err != nil && !errors.Is(err, errViolated) {
		return nil, err
	}
	missing := f.missing(err, h.Missing)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return harness.ReportStream(w, h.Info, f.Judge(ctx, h.Interrupted, missing), missing), nil
}

// followForeign checks what another program recorded. What it is of is known by its first batch.
func followForeign(ctx context.Context, s *jepsen.Stream, timeout time.Duration) (*report.Report, error) {
	h := s.History()
	var w *foreign.Streamed
	var f *following[jepsen.Called, jepsen.Answered]
	err := readBatches(s, func(b jepsen.Batch) (err error) {
		if f == nil {
			w = foreign.NewStreamed(h)
			f, err = startFollowing(w)
		}
		if err != nil {
			return err
		}
		return f.add(ctx, b)
	})
	if err != nil && !errors.Is(err, errViolated) {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found := f.Found(ctx)
	out := harness.ReportStream(w, h.Info, found, f.missing(err, ""))
	out.Foreign, out.Skipped = true, h.Skipped
	for i, e := range out.Evidence {
		out.Evidence[i].Lines = linesOf(linesIn(found.Evidence[e.Op].Op))
	}
	if !h.Timed {
		out.Untime()
	}
	return out, nil
}

func linesIn(op history.Op[jepsen.Called, jepsen.Answered]) jepsen.Lines {
	return jepsen.Lines{Call: op.Input.Line, Return: op.Output.Line}
}
