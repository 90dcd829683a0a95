package harness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
)

// shortShrink is how long the search for a smaller run may take with -short.
const shortShrink = 2 * time.Second

// trial is one [Test].
type trial[I, O any] struct {
	tb      TB
	prepare func(context.Context) (Target[I, O], Workload[I, O], error)
	opts    []Option
	cfg     *config
	ctx     context.Context
	checkBy time.Time
	seed    uint64
	once    bool // the target can't be run again
}

// runsOnce is a target whose state stays when it is closed, so that a second run would begin where the first ended.
type runsOnce interface{ runsOnce() }

// first makes the run that the test asks for.
func (t *trial[I, O]) first() {
	t.tb.Helper()
	races, watch := dataRaces(), watchLeaks(t.cfg.leaks)
	f, err := t.run(t.ctx, watch.labels())
	if err != nil {
		t.tb.Errorf("the run failed: %v", err)
	}
	if f == nil {
		return
	}
	a := account[I, O]{failure: f, races: dataRaces() - races}
	if !t.cfg.allowLeaks {
		a.leaks = watch.found()
	}
	if f.result.Orphans > 0 {
		a.stuck = watch.stuck()
	}
	if a.result.Verdict.Status == checkers.Invalid {
		t.minimise(&a)
	}
	t.leave(&a)
	t.tell(&a)
}

// run makes one run with the trial's own options.
func (t *trial[I, O]) run(ctx context.Context, labels pprof.LabelSet) (f *failure[I, O], err error) {
	target, w, err := t.prepare(ctx)
	if err != nil {
		return nil, err
	}
	_, t.once = target.(runsOnce)
	opts := slices.Concat(t.opts, []Option{func(c *config) {
		c.seed, c.checkBy = t.seed, t.checkBy
		if c.artifacts != "" && c.file == "" {
			c.file = filepath.Join(c.artifacts, "history.jsonl")
		}
	}})
	pprof.Do(ctx, labels, func(ctx context.Context) {
		var r *Result[I, O]
		if r, err = Run(ctx, target, w, opts...); r != nil {
			f = &failure[I, O]{r, w, nil}
		}
	})
	return f, err
}

// attempt makes one run of a size.
func (t *trial[I, O]) attempt(ctx context.Context, a attempt) (*failure[I, O], error) {
	target, w, err := t.prepare(ctx)
	if err != nil {
		return nil, err
	}
	small, steps := narrowed[I, O]{w, a.size}, &trace{}
	opts := slices.Concat(t.opts, []Option{func(c *config) {
		c.clients, c.ops, c.seed = a.Clients, a.Ops, a.Seed
		c.warmup, c.duration, c.rate, c.file, c.progress, c.untilViolation = 0, 0, 0, "", nil, false
		c.allowVacuous, c.checkBy = true, t.checkBy
		if s, ok := schedulerOf(a.Schedule); ok {
			c.scheduler = s
		}
		steps.Scheduler = c.scheduler
		c.scheduler = steps
	}})
	r, err := Run(ctx, target, small, opts...)
	if r == nil {
		return nil, err
	}
	return &failure[I, O]{r, small, steps.since(r.History.Info.Start)}, err
}

// whileShrinking is the time that the search for a smaller run may take: half of what is left, at the most.
func (t *trial[I, O]) whileShrinking() (context.Context, context.CancelFunc) {
	limit := t.cfg.shrink
	if deadline, ok := t.ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline)/2)
	}
	return context.WithTimeout(t.ctx, limit)
}

// minimise looks for a smaller run that fails, and keeps it.
func (t *trial[I, O]) minimise(a *account[I, O]) {
	switch {
	case t.cfg.shrink == 0:
		return
	case t.once:
		a.shrunk = &shrunk[I, O]{why: "a function keeps its state: with harness.Fresh it could be run again"}
		return
	}
	if a.shrunk = t.shrink(a.failure); a.shrunk.run == nil {
		return
	}
	if folder := folderOf(t.cfg.cases, t.tb.Name()); folder != "" {
		a.kept, a.keptErr = t.caseOf(a).write(folder)
	}
}

func (t *trial[I, O]) caseOf(a *account[I, O]) *savedCase {
	s := a.shrunk
	name, _ := a.workload.Info()
	first := s.run.result.Verdict.Anomalies[0]
	return &savedCase{
		Stress: caseVersion, Test: t.tb.Name(), Workload: name, Anomaly: first.Name, Message: first.Message,
		attempt: s.attempt, Failed: s.failed, Tries: s.of,
	}
}

// again makes the runs that failed before, and says whether to go on with the one that the test asks for.
func (t *trial[I, O]) again() (goOn bool) {
	t.tb.Helper()
	cases, err := readCases(folderOf(t.cfg.cases, t.tb.Name()))
	if err != nil {
		t.tb.Fatalf("a run that failed before can't be made again: %v", err)
		return false
	}
	if len(cases) > 0 && !t.repeats() {
		t.tb.Fatalf("%s can't be made again, since a function keeps its state: use harness.Fresh, or remove it", cases[0].path)
		return false
	}
	for _, c := range cases {
		if c.Test != t.tb.Name() {
			t.tb.Fatalf("%s is of the test %s: remove it", c.path, c.Test)
			return false
		}
		if !t.retry(&c) {
			return false
		}
	}
	return t.ctx.Err() == nil
}

// repeats says whether the target can be run more than once.
func (t *trial[I, O]) repeats() bool {
	target, _, err := t.prepare(t.ctx)
	_, once := target.(runsOnce)
	return err != nil || !once // an error comes again
}

// retry makes a run that failed before as often as it takes to see what has become of it.
func (t *trial[I, O]) retry(c *savedCase) (passes bool) {
	t.tb.Helper()
	s := &shrunk[I, O]{attempt: c.attempt}
	for s.of < t.cfg.tries && s.failed+t.cfg.tries-s.of > 0 && t.ctx.Err() == nil {
		f, err := t.attempt(t.ctx, c.attempt)
		if err != nil {
			t.tb.Errorf("%s could not be run again: %v", c.path, err)
			return false
		}
		if name, _ := f.workload.Info(); name != c.Workload {
			t.tb.Fatalf("%s is of the workload %s, and this test's is %s: remove it", c.path, c.Workload, name)
			return false
		}
		s.of++
		if f.result.Verdict.Status == checkers.Invalid {
			s.failed++
			s.run = f
		}
		if s.failed == s.of && s.of >= t.cfg.need { // it fails every time
			break
		}
	}
	if s.failed == 0 {
		t.tb.Logf("%s: failed before, passes now: %d of %d tries. Remove it when you trust that.", c.path, s.of, s.of)
		return true
	}
	a := &account[I, O]{failure: s.run, before: c, shrunk: s}
	t.tell(a)
	return false
}

// leave writes the report where artefacts go.
func (t *trial[I, O]) leave(a *account[I, O]) {
	if t.cfg.artifacts == "" {
		return
	}
	err := writeReport(filepath.Join(t.cfg.artifacts, "report.json"), a.failure)
	if err == nil && a.shrunk != nil && a.shrunk.run != nil {
		err = writeReport(filepath.Join(t.cfg.artifacts, "smallest.json"), a.shrunk.run)
	}
	if err != nil {
		a.keptErr = errors.Join(a.keptErr, fmt.Errorf("artefacts: %w", err))
	}
}
