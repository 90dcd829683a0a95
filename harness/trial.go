package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
)

// shortShrink is how long the search for a smaller run may take with -short.
const shortShrink = 2 * time.Second

// mostInAttempt is how long an operation may take in a smaller run.
const mostInAttempt = time.Second

// trial is one [Test].
type trial[I, O any] struct {
	tb      TB
	prepare func(context.Context) (Target[I, O], Workload[I, O], error)
	opts    []Option
	cfg     *config
	given   []string // flags and variables that were set, but the seed
	ctx     context.Context
	limits  limits
	files   place
	seed    uint64
	once    bool // the target can't be run again
}

// runsOnce is a target whose state stays when it is closed, so that a second run would begin where the first ended.
type runsOnce interface{ runsOnce() }

// first makes the run that the test asks for.
func (t *trial[I, O]) first() {
	t.tb.Helper()
	races, watch := dataRaces(), watchLeaks(t.cfg.leaks)
	f, err := t.run(watch.labels())
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

// run makes one run with the trial's own options. It is in the caller's goroutine, so that Setup may end the test.
func (t *trial[I, O]) run(labels pprof.LabelSet) (f *failure[I, O], err error) {
	ctx, cancel := t.limits.forRun(t.ctx)
	defer cancel()
	pprof.Do(ctx, labels, func(ctx context.Context) {
		var target Target[I, O]
		var w Workload[I, O]
		if err = guard("preparing the run", func() (err error) { target, w, err = t.prepare(ctx); return err }); err != nil {
			return
		}
		_, t.once = target.(runsOnce)
		path, err2 := t.files.history(t.cfg)
		if err = err2; err != nil {
			return
		}
		var r *Result[I, O]
		r, err = Run(ctx, target, w, slices.Concat(t.opts, []Option{func(c *config) {
			c.seed, c.checkBy, c.file = t.seed, t.limits.check, path
		}})...)
		if r != nil {
			f = &failure[I, O]{r, w, nil}
		}
	})
	return f, err
}

// attempt makes one run of a size, in a goroutine of its own, so that a Setup that panics or ends the test does not take
// with it what is known already.
func (t *trial[I, O]) attempt(ctx context.Context, a attempt) (*failure[I, O], error) {
	type made struct {
		f   *failure[I, O]
		err error
	}
	done := make(chan made, 1)
	go func() {
		m := made{err: exited("setting up the target again")}
		defer func() {
			if p := recover(); p != nil {
				m.err = panicked("setting up the target again", p)
			}
			done <- m
		}()
		m.f, m.err = t.make(ctx, a)
	}()
	m := <-done
	return m.f, m.err
}

func (t *trial[I, O]) make(ctx context.Context, a attempt) (*failure[I, O], error) {
	target, w, err := t.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if _, t.once = target.(runsOnce); t.once {
		return nil, errRunsOnce
	}
	small, steps := narrowed[I, O]{w, a.size}, &trace{}
	r, err := Run(ctx, target, small, slices.Concat(t.opts, []Option{func(c *config) {
		c.clients, c.ops, c.seed = a.Clients, a.Ops, a.Seed
		c.warmup, c.duration, c.rate, c.file, c.progress, c.untilViolation = 0, 0, 0, "", nil, false
		c.allowVacuous, c.checkBy = true, t.limits.check
		c.patience = c.patience.within(mostInAttempt / 2)
		c.timeout = min(c.timeout, mostInAttempt) // one that hangs must not take all the time there is
		if s, ok := schedulerOf(a.Schedule); ok {
			c.scheduler = s
		}
		steps.Scheduler = c.scheduler
		c.scheduler = steps
	}})...)
	if r == nil {
		return nil, err
	}
	return &failure[I, O]{r, small, steps.since(r.base)}, err
}

var errRunsOnce = errors.New("a function keeps its state: with harness.Fresh it could be run again")

// minimise looks for a smaller run that fails, and keeps that, or else the run itself.
func (t *trial[I, O]) minimise(a *account[I, O]) {
	if t.once {
		a.shrunk = &shrunk[I, O]{why: errRunsOnce.Error()}
		return
	}
	if t.cfg.shrink > 0 {
		a.shrunk = t.shrink(a.failure)
	}
	if t.files.cases == "" {
		return
	}
	a.kept, a.keptErr = t.caseOf(a).write(t.files.cases)
}

func (t *trial[I, O]) caseOf(a *account[I, O]) *savedCase {
	name, _ := a.workload.Info()
	c := &savedCase{
		Stress: caseVersion, Test: t.tb.Name(), Workload: name, Failed: 1, Tries: 1, attempt: attempt{
			size: size{Clients: t.cfg.clients, Ops: max(1, int(a.result.Stats.Ops))}, Seed: t.seed, Schedule: t.cfg.schedule,
		},
	}
	f := a.failure
	if s := a.shrunk; s != nil && s.run != nil {
		f, c.attempt, c.Failed, c.Tries = s.run, s.attempt, s.failed, s.of
	}
	first := f.result.Verdict.Anomalies[0]
	c.Anomaly, c.Message = first.Name, first.Message
	return c
}

// leave writes the reports where artefacts go.
func (t *trial[I, O]) leave(a *account[I, O]) {
	if t.files.artifacts == "" {
		return
	}
	var err error
	if a.before == nil {
		err = writeReport(&t.files, "report", a.failure)
	}
	if a.shrunk != nil && a.shrunk.run != nil {
		err = errors.Join(err, writeReport(&t.files, "smallest", a.shrunk.run))
	}
	if err != nil {
		a.keptErr = errors.Join(a.keptErr, fmt.Errorf("artefacts: %w", err))
	}
}

// history gives the file that the history of the run goes to, if any; one of an earlier run makes way.
func (p *place) history(c *config) (path string, err error) {
	switch {
	case c.file != "":
		return c.file, nil
	case c.histories != "":
		if err := os.MkdirAll(c.histories, 0o755); err != nil { //nolint:gosec // for everybody to read
			return "", err
		}
		path = filepath.Join(c.histories, p.name+".jsonl")
	case p.artifacts != "":
		path = p.artifact("history", ".jsonl")
	default:
		return "", nil
	}
	return path, ignoreMissing(os.Remove(path))
}
