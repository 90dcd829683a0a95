package harness

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/history"
)

// finalAttempts is how often a final read is tried, and finalTimeout how long all of them may take after an interrupt.
const (
	finalAttempts = 3
	finalTimeout  = 5 * time.Second
)

func (r *run[I, O]) enlist(l *life[I, O]) *life[I, O] {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lives[l] = struct{}{}
	return l
}

// watchdog keeps the time of all operations, until the function that it returns is called. One goroutine for all is
// cheaper than a timer for each, at a precision of a twentieth of the timeout.
func (r *run[I, O]) watchdog(ctx context.Context) (end func()) {
	stop := make(chan struct{})
	var g errgroup.Group
	g.Go(func() error {
		tick := time.NewTicker(min(max(r.cfg.timeout/20, time.Millisecond), 100*time.Millisecond))
		defer tick.Stop()
		var interrupted time.Duration
		for {
			select {
			case <-stop:
				return nil
			case <-tick.C:
			}
			now := r.rec.Now()
			if interrupted == 0 && ctx.Err() != nil {
				interrupted = now
			}
			r.watch(now, interrupted)
		}
	})
	return func() { close(stop); _ = g.Wait() }
}

func (r *run[I, O]) watch(now, interrupted time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for l := range r.lives {
		if interrupted > 0 {
			l.hurry(interrupted + interruptGrace)
		}
		l.watch(now, abandonGrace)
		if l.closed.Load() || time.Duration(l.deadline.Load()) == abandoned {
			delete(r.lives, l)
		}
	}
}

// report calls back with the progress, until the function that it returns is called, which reports a last time.
func (r *run[I, O]) report() (end func()) {
	if r.cfg.progress == nil {
		return func() {}
	}
	stop := make(chan struct{})
	var g errgroup.Group
	g.Go(func() error {
		tick := time.NewTicker(r.cfg.every)
		defer tick.Stop()
		var last Progress
		for {
			select {
			case <-stop:
				r.tell(Progress{}) // the last rate is that of the whole part
				return nil
			case <-tick.C:
				last = r.tell(last)
			}
		}
	})
	return func() { close(stop); _ = g.Wait() }
}

func (r *run[I, O]) tell(last Progress) Progress {
	p := progressOf(r.tallies())
	p.Elapsed = r.rec.Now() - r.start
	p.Total, p.Limit = int64(r.cfg.ops), r.cfg.duration
	if passed := p.Elapsed - last.Elapsed; passed > 0 {
		p.Rate = float64(p.Ops-last.Ops) / passed.Seconds()
	}
	r.cfg.progress(p)
	return p
}

// final makes the reads that tell the end state, by one new client, also after an interrupt. What can't be read is
// missing from the history, and the checks say so.
func (r *run[I, O]) final(ctx context.Context) {
	stop, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	if ctx.Err() != nil {
		defer time.AfterFunc(finalTimeout, func() { cancel(ErrTimeout) }).Stop()
	}
	r.stop = stop
	var l *life[I, O]
	for _, in := range r.workload.Final() {
		for try := 0; try < finalAttempts && stop.Err() == nil; try++ {
			var done bool
			if l, done = r.read(l, in); done {
				break
			}
		}
	}
	if l != nil {
		r.shut(l)
	}
}

// shut closes a life that has no operation under way, and waits no longer than an operation may take.
func (r *run[I, O]) shut(l *life[I, O]) {
	done := make(chan struct{})
	go func() { defer close(done); l.close() }()
	select {
	case <-done:
	case <-l.stuck:
		r.orphans.Add(1)
	}
}

// read makes one final read, and gives the life for the next, or nil if it needs a new one.
func (r *run[I, O]) read(l *life[I, O], in I) (next *life[I, O], done bool) {
	if l == nil {
		var err error
		if l, err = r.open(-1); err != nil {
			return nil, false
		}
	}
	reader := make(chan history.Outcome, 1)
	go func() {
		outcome := history.Unknown
		defer func() { reader <- outcome }()
		if op, alive := l.do(in, history.Final); alive {
			outcome = op.Outcome
		}
	}()
	select {
	case <-l.stuck:
		r.orphans.Add(1)
		return nil, false
	case outcome := <-reader:
		if outcome == history.Unknown || l.overdue.Load() {
			r.shut(l)
			return nil, false
		}
		return l, outcome == history.OK
	}
}
