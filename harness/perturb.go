package harness

import (
	"context"
	"math/rand/v2"
	"runtime"
	"time"
)

// Perturb gives the default scheduler. Before and after every step it yields the processor a few times, and now and
// then it sleeps, all seeded. A gap of a few yields is where another client gets in: an unperturbed load-then-store on
// two cores can lose nothing in thousands of operations. What follows a step without being marked as one is also in a
// gap.
func Perturb() Scheduler { return perturb{} }

type perturb struct{}

func (perturb) Stepper(_ int, seed uint64) Stepper {
	return &perturber{r: rand.New(rand.NewPCG(seed, 0x706572747572620a))}
}

type perturber struct {
	r *rand.Rand
}

func (p *perturber) Start(ctx context.Context)                  { _ = p.pause(ctx, 64) }
func (p *perturber) Before(ctx context.Context, _ string) error { return p.pause(ctx, 16) }
func (p *perturber) After(string)                               { p.yield() }
func (*perturber) Finish()                                      {}
func (*perturber) Leave()                                       {}

// pause yields, and once in so many calls sleeps: the clock makes about a millisecond of any shorter sleep.
func (p *perturber) pause(ctx context.Context, onceIn int) error {
	if p.r.IntN(onceIn) == 0 {
		return Pause(ctx, time.Duration(p.r.IntN(int(time.Millisecond))))
	}
	p.yield()
	return nil
}

// yield lets others run, up to three times.
func (p *perturber) yield() {
	for range p.r.IntN(4) {
		runtime.Gosched()
	}
}

// Pause waits, or returns ctx's cause when it is done first. A strategy in which somebody is slow, such as a holder of a lock
// that stalls, pauses by it.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
