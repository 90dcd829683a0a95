package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// Limits of the search for the smallest run that fails.
const (
	DefaultShrink = 10 * time.Second
	defaultNeed   = 3
	defaultTries  = 10
)

// mostInLockstep is how many operations a run may have to be made in lockstep as well, since clients that wait for locks are
// waited for at every step.
const mostInLockstep = 16

// attempt says how a run is made again.
type attempt struct {
	size
	Seed     uint64 `json:"seed"`
	Schedule string `json:"schedule"`
}

// shrunk is the smallest run that was found to fail.
type shrunk[I, O any] struct {
	attempt
	failed, of int // how often it did, of how many tries
	run        *failure[I, O]
	runs       int // that were made on the way
	took       time.Duration
	why        string // it is not smaller, or why there is none
}

// failure is a run that failed.
type failure[I, O any] struct {
	result   *Result[I, O]
	workload Workload[I, O]
	steps    []report.Step
}

// report is that of the run, with all its operations if they are few.
func (f *failure[I, O]) report() *report.Report {
	r := Report(f.workload, f.result)
	r.Steps = f.steps
	if ops := f.result.History.Ops; len(ops) <= report.Small {
		r.Evidence, r.Whole = nil, true
		for i := range ops {
			r.Evidence = append(r.Evidence, evidenceOf(f.workload, f.result.History, i))
		}
	}
	return r
}

// anomaly is the name of the first one.
func (f *failure[I, O]) anomaly() string { return f.result.Verdict.Anomalies[0].Name }

// classes are those of the operations that the first anomaly names.
func (f *failure[I, O]) classes() []Class {
	var all []Class
	for _, i := range f.result.Verdict.Anomalies[0].Ops {
		if op := &f.result.History.Ops[i]; op.Phase != history.Final {
			all = append(all, f.workload.Class(op.Input))
		}
	}
	return all
}

// shrinker looks for the smallest run that still fails: sizes are tried from the smallest up, since a small run costs next
// to nothing, and most that goes wrong needs two clients and two operations; in large strides first, and then between the last
// two. Of each size several seeds are tried, small ones in lockstep too; one that fails is made again, until it has failed in as
// many tries as it must.
type shrinker[I, O any] struct {
	trial *trial[I, O]
	name  string // of the anomaly
	runs  int
	err   error // a run could not be made
}

// shrink gives the smallest run with the anomaly of one that failed, or nil.
func (t *trial[I, O]) shrink(f *failure[I, O]) *shrunk[I, O] {
	began := time.Now()
	ctx, cancel := t.limits.forSmall(t.ctx, t.cfg.shrink)
	defer cancel()
	s := &shrinker[I, O]{trial: t, name: f.anomaly()}
	whole := size{Clients: t.cfg.clients, Ops: max(1, int(f.result.Stats.Ops))}
	best := s.search(ctx, whole.of(f.classes()).coarse())
	if best == nil && s.err == nil {
		best = s.search(ctx, whole.coarse())
	}
	if best != nil {
		best = cmp.Or(s.search(ctx, best.finer()), best)
		best = cmp.Or(s.search(ctx, best.alone()), best)
	} else {
		best = s.search(ctx, whole.alone())
	}
	for best != nil {
		simpler := s.search(ctx, best.simpler())
		if simpler == nil {
			break
		}
		best = simpler
	}
	if best == nil {
		best = &shrunk[I, O]{why: "no smaller run failed often enough"}
	}
	switch {
	case t.ctx.Err() != nil:
		best.why = fmt.Sprintf("%v before a smaller one was found", context.Cause(t.ctx))
	case s.err != nil && best.run != nil: // what was found is told of
	case s.err != nil:
		best.why = fmt.Sprintf("it could not be run again: %v", s.err)
	case ctx.Err() != nil && s.runs == 0:
		best.why = "there was no time"
	case ctx.Err() != nil:
		best.why = "the time for smaller ones was over"
	case s.runs == 0:
		best.why = "there is no smaller run"
	}
	best.runs, best.took = s.runs, time.Since(began)
	return best
}

// search gives the first of some sizes that fails often enough.
func (s *shrinker[I, O]) search(ctx context.Context, sizes []size) *shrunk[I, O] {
	for _, size := range sizes {
		tries := s.trial.cfg.tries
		if size.Clients == 1 { // nothing is left to chance
			tries = 1
		}
		for i := range tries {
			a := attempt{size: size, Seed: s.trial.seed + uint64(i), Schedule: s.trial.cfg.schedule}
			if size.Ops <= mostInLockstep && 2*i < tries { // first, since what fails then mostly does so every time
				a.Schedule = inLockstep
			}
			if f := s.try(ctx, a); f != nil {
				if found := s.confirm(ctx, a, f); found != nil {
					return found
				}
			}
			if ctx.Err() != nil || s.err != nil {
				return nil
			}
		}
	}
	return nil
}

// try makes a run, and gives it back if it failed in the same way.
func (s *shrinker[I, O]) try(ctx context.Context, a attempt) *failure[I, O] {
	if ctx.Err() != nil || s.err != nil {
		return nil
	}
	s.runs++
	f, err := s.trial.attempt(ctx, a)
	if err != nil && ctx.Err() == nil {
		s.err = err
	}
	switch {
	case f == nil:
		return nil
	case f.result.Orphans > 0: // what is still under way may be done in the next run
		s.err = errStillUnderWay
		return nil
	case !f.shows(s.name), a.Clients == 1 && f.result.Stats.Unknown > 0: // an operation that went on is a second client
		return nil
	}
	return f
}

var errStillUnderWay = errors.New("a call never returned")

func (f *failure[I, O]) shows(name string) bool {
	return slices.ContainsFunc(f.result.Verdict.Anomalies, func(a checkers.Anomaly) bool { return a.Name == name })
}

// confirm makes a run that failed again.
func (s *shrinker[I, O]) confirm(ctx context.Context, a attempt, f *failure[I, O]) *shrunk[I, O] {
	need, of := s.trial.cfg.need, s.trial.cfg.tries
	found := &shrunk[I, O]{attempt: a, failed: 1, of: 1, run: f}
	for found.of < of && found.failed+of-found.of >= need && ctx.Err() == nil {
		found.of++
		if s.try(ctx, a) != nil {
			found.failed++
		}
	}
	if found.failed < need {
		return nil
	}
	return found
}
