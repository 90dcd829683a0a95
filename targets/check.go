package targets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/workloads/custom"
	"github.com/lostupdate/stress/workloads/foreign"
)

// ErrWorkload means that a history is of a workload that is not built in, or whose parameters can't be used. Other errors
// of [Check] and [Convert] are those of packages file and jepsen.
var ErrWorkload = errors.New("the history's workload can't be used here")

// Check gives the verdict on a recorded history again, whichever format it is in. The model is the name of the data type
// of a foreign history, one of [jepsen.Types], or "" if its events tell.
func Check(ctx context.Context, path, model string) (*report.Report, error) {
	f, err := jepsen.Open(ctx, path) // once, so that it may be a pipe
	return checkOpen(ctx, f, err, path, model)
}

// CheckFile is [Check] for a file that is open already, under a name for errors. It closes the file.
func CheckFile(ctx context.Context, history *os.File, name string) (*report.Report, error) {
	f, err := jepsen.From(ctx, history, name)
	return checkOpen(ctx, f, err, name, "")
}

func checkOpen(ctx context.Context, f *jepsen.File, err error, path, model string) (*report.Report, error) {
	if err != nil {
		return nil, unread(ctx, path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	out, err := check(ctx, f, path, model)
	return out, unread(ctx, path, err)
}

// unread says, of a history that could not be read since the context was cancelled, that and nothing else.
func unread(ctx context.Context, path string, err error) error {
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%s: the history was not read to its end: %w", path, context.Canceled)
	}
	return err
}

func check(ctx context.Context, f *jepsen.File, path, model string) (*report.Report, error) {
	if f.Format() == jepsen.Other {
		return checkOwn(ctx, f, path, model)
	}
	h, err := f.Decode(model)
	if err != nil {
		return nil, err
	}
	if h.Ours == nil {
		return checkForeign(ctx, h), nil
	}
	b, p, err := bindingOf(*h.Ours, path)
	if err != nil {
		return nil, err
	}
	out, err := b.fromJepsen(ctx, h, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	repairFrom(out, *h.Ours)
	return out, nil
}

// checkOwn checks a file in this program's own format.
func checkOwn(ctx context.Context, f *jepsen.File, path, model string) (*report.Report, error) {
	r, err := own(f, path, model)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written
	b, p, err := bindingOf(r.Info(), path)
	if err != nil {
		return nil, err
	}
	out, err := b.check(ctx, r, p)
	if errors.Is(err, ErrWorkload) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err != nil {
		return nil, err // it names the file
	}
	repairFrom(out, r.Info())
	return out, nil
}

// own begins to read a file that is in no foreign format.
func own(f *jepsen.File, path, model string) (*file.Reader, error) {
	r, err := f.Own()
	if errors.Is(err, file.ErrNotHistory) {
		return nil, fmt.Errorf("%w, one in Jepsen's EDN such as {:process 0, :type :invoke, …}, or a log of lines such as "+
			"INFO jepsen.util - 0 :invoke :read nil", err)
	}
	if err != nil {
		return nil, err
	}
	if model != "" {
		return nil, errors.Join(fmt.Errorf("%s: %w: the workload %s", path, jepsen.ErrModel, r.Info().Workload), r.Close())
	}
	return r, nil
}

// checkForeign judges what another program recorded by its operations alone.
func checkForeign(ctx context.Context, h *jepsen.History) *report.Report {
	w := foreign.New(h)
	v := checkers.Guard(ctx, &h.History, checkers.Named[jepsen.Input, jepsen.Output]{Name: h.Type.String(), Check: w.Check})
	stats := harness.StatsOf(&h.History, w)
	out := harness.Report(w, &harness.Result[jepsen.Input, jepsen.Output]{History: &h.History, Verdict: v, Stats: stats})
	out.Foreign, out.Skipped = true, h.Skipped
	for i, e := range out.Evidence {
		out.Evidence[i].Lines = linesOf(h.Lines[e.Op])
	}
	if !h.Timed {
		out.Untime()
	}
	return out
}

// linesOf is where a text has an operation: its call, and its completion if there is one.
func linesOf(at jepsen.Lines) []int64 {
	if at.Return == 0 {
		return []int64{at.Call}
	}
	return []int64{at.Call, at.Return}
}

// bindingOf finds the workload that a head names, and its parameters.
func bindingOf(info history.Info, path string) (binding, Params, error) {
	for _, b := range append(bindings(), customBinding()) {
		if b.name != info.Workload {
			continue
		}
		p, err := params(info)
		if err != nil {
			return b, p, fmt.Errorf("%s: %w: %w", path, ErrWorkload, err)
		}
		return b, p, nil
	}
	return binding{}, Params{}, fmt.Errorf("%s: %w: %q is none of %s; use the program that defines it",
		path, ErrWorkload, info.Workload, strings.Join(Workloads(), ", "))
}

// params reads back what Info wrote.
func params(info history.Info) (Params, error) {
	var p Params
	for name, set := range map[string]func(int64){
		"keys":    func(n int64) { p.Keys = int(n) },
		"initial": func(n int64) { p.Initial = n },
		"limit":   func(n int64) { p.Limit = n },
		"doctors": func(n int64) { p.Doctors = int(n) },
	} {
		value, there := info.Params[name]
		if !there {
			continue
		}
		n, ok := value.(float64) // as JSON has it
		if !ok || n < 1 || n > math.MaxInt32 || n != math.Trunc(n) {
			return p, fmt.Errorf("the head's parameter %s is %v, not a whole number above 0", name, value)
		}
		set(int64(n))
	}
	var err error
	if p.Extras, err = served.From(info.Params); err != nil {
		return p, err
	}
	if info.Workload == custom.Name {
		w, err := custom.FromParams(info.Params)
		if err != nil {
			return p, err
		}
		t := w.Type()
		p.Custom = &t
	}
	return p, nil
}

func checked[I, O any](ctx context.Context, w harness.Workload[I, O], h *history.History[I, O]) *report.Report {
	v, stats := harness.Judge(ctx, w, h)
	return harness.Report(w, &harness.Result[I, O]{History: h, Verdict: v, Stats: stats})
}
