package harness

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/lostupdate/stress/report"
)

// trace is a scheduler that writes down the steps of clients, which another holds or, if it is nil, nobody. It is for runs of
// a few operations.
type trace struct {
	Scheduler
	mu    sync.Mutex
	steps []traced
}

// traced is a step, and when it was let go.
type traced struct {
	client int32
	name   string
	at     time.Time
}

// mostTraced bounds what is written down.
const mostTraced = 1000

func (t *trace) Stepper(client int, seed uint64) Stepper {
	s := &tracer{trace: t, client: int32(client), Stepper: unheld{}}
	if t.Scheduler != nil {
		s.Stepper = t.Scheduler.Stepper(client, seed)
	}
	return s
}

type tracer struct {
	*trace
	Stepper
	client int32
}

func (t *tracer) Before(ctx context.Context, step string) error {
	if err := t.Stepper.Before(ctx, step); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.steps) < mostTraced {
		t.steps = append(t.steps, traced{t.client, step, time.Now()})
	}
	return nil
}

// since gives the steps in order of time, which counts from the recorder's base.
func (t *trace) since(base time.Time) []report.Step {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []report.Step
	for _, s := range t.steps {
		all = append(all, report.Step{Client: s.client, At: int64(s.at.Sub(base)), Name: s.name})
	}
	slices.SortStableFunc(all, func(a, b report.Step) int { return cmp.Compare(a.At, b.At) })
	return all
}

// unheld is a stepper that holds nobody.
type unheld struct{}

func (unheld) Start(context.Context)                {}
func (unheld) Before(context.Context, string) error { return nil }
func (unheld) After(string)                         {}
func (unheld) Finish()                              {}
func (unheld) Leave()                               {}
