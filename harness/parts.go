package harness

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/history"
)

// clients opens the seats together, and runs the parts of the run with them.
func (r *run[I, O]) clients() error {
	defer r.empty()
	if err := guard("the workload's Generator", r.furnish); err != nil {
		return err
	}
	if err := r.openAll(); err != nil {
		return err
	}
	r.begun = true
	r.cfg.watch.enter(r.look)
	if err := r.part(history.Warmup, r.cfg.warmup, 0); err != nil {
		return err
	}
	return r.part(history.Main, r.quota(), r.cfg.duration)
}

func (r *run[I, O]) furnish() error {
	for range min(r.cfg.clients, mostTallies) {
		r.tallies = append(r.tallies, newTally())
	}
	for id := range r.cfg.clients {
		r.seats = append(r.seats, newSeat(r, id))
	}
	return nil
}

// openAll opens all clients side by side. The first identities are the seats' own, so that the same seed gives the same
// operations to the same client.
func (r *run[I, O]) openAll() error {
	r.next.Store(int32(r.cfg.clients))
	var g errgroup.Group
	for _, s := range r.seats {
		g.Go(func() (err error) {
			if s.life, err = r.open(r.stop, s.id, s.id); err != nil {
				r.stopNow(err) // the others need not wait any longer
			}
			return err
		})
	}
	return g.Wait()
}

// empty closes all clients side by side, since each may take its time.
func (r *run[I, O]) empty() {
	var closing sync.WaitGroup
	for _, s := range r.seats {
		closing.Go(s.end)
	}
	closing.Wait()
}

// quota is the operations of the main part, or -1 for no limit.
func (r *run[I, O]) quota() int {
	if r.cfg.ops == 0 {
		return -1
	}
	return r.cfg.ops
}

// part lets all seats make n operations together, from a common start. The first error stops the others.
func (r *run[I, O]) part(phase history.Phase, n int, limit time.Duration) error {
	gate := make(chan struct{})
	var g errgroup.Group
	for _, s := range r.seats {
		s.left = r.share(n, s.id)
		g.Go(func() error {
			<-gate
			return s.part(phase)
		})
	}
	r.turnTo(phase)
	for _, s := range r.seats {
		s.pace = newPacer(r.cfg, s.id, r.start)
	}
	if limit > 0 {
		defer time.AfterFunc(limit, func() { r.expired.Store(true); r.stopNow(nil) }).Stop()
	}
	if phase == history.Main {
		defer r.report()()
	}
	close(gate)
	return g.Wait()
}

// part makes the seat's share.
func (s *seat[I, O]) part(phase history.Phase) error {
	err := s.work(phase)
	if err != nil {
		s.run.stopNow(err)
	}
	if phase == history.Main {
		s.end() // while others go on, no scheduler should wait for it, nor they for a lock that it has
	}
	return err
}

// share is how many of n operations a seat makes.
func (r *run[I, O]) share(n, seat int) int {
	if n < 0 {
		return -1
	}
	share := n / r.cfg.clients
	if seat < n%r.cfg.clients {
		share++
	}
	return share
}

// watchdog keeps the time of all operations, until the function that it returns is called. One goroutine for all is
// cheaper than a timer for each, at a precision of a twentieth of the timeout.
func (r *run[I, O]) watchdog(ctx context.Context) (end func()) {
	stop := make(chan struct{})
	var g sync.WaitGroup
	g.Go(func() {
		tick := time.NewTicker(min(max(r.cfg.timeout/20, time.Millisecond), 100*time.Millisecond))
		defer tick.Stop()
		var interrupted time.Duration
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			now := r.rec.Now()
			if interrupted == 0 && ctx.Err() != nil {
				interrupted = now
			}
			r.watch(now, interrupted)
		}
	})
	return func() { close(stop); g.Wait() }
}

func (r *run[I, O]) watch(now, interrupted time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for l := range r.lives {
		if interrupted > 0 {
			l.hurry(interrupted + r.cfg.patience.interrupt)
		}
		if l.watch(now) {
			delete(r.lives, l)
		}
	}
}
