package harness

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/history"
)

// seat is one of the concurrent clients of a run. It makes its share of the operations, through as many lives as it
// takes. What it holds belongs to one goroutine at a time: that of its work, or that of the life in which it asks.
type seat[I, O any] struct {
	run   *run[I, O]
	id    int
	r     *rand.Rand
	gen   Generator[I, O]
	tally *tally
	pace  pacer
	left  int               // operations to make in this part; negative: no limit
	last  history.Op[I, O]  // the operation before
	prev  *history.Op[I, O] // last, if it was OK
	life  *life[I, O]
}

// how says why a seat does not go on in its life.
type how int

const (
	finished how = iota // the seat's operations are used up, or the run was stopped
	reborn              // an operation ended as Unknown or overran: the seat goes on under a new identity
	failed              // the target or the workload broke the run
	orphaned            // an operation did not return, and is waited for no longer
)

type ending struct {
	how how
	err error // with failed: what the run ends with
}

func newSeat[I, O any](r *run[I, O], id int) *seat[I, O] {
	return &seat[I, O]{
		run: r, id: id, gen: r.workload.Generator(id), tally: r.tallies[id%len(r.tallies)],
		r: rand.New(rand.NewPCG(r.cfg.seed, uint64(id))),
	}
}

// work makes the operations that are left, or goes on until the run stops.
func (s *seat[I, O]) work(phase history.Phase) error {
	for s.left != 0 && !s.run.stopping.Load() {
		if s.life == nil {
			if err := s.reopen(); err != nil || s.life == nil {
				return err
			}
		}
		switch end := s.live(phase); end.how {
		case finished:
			return nil
		case failed:
			return end.err
		case reborn:
			s.end()
		case orphaned:
			s.life = nil
		}
	}
	return nil
}

// live makes operations in the present life, and returns when it is over or nothing is left to do. The operations run
// in a goroutine of their own, so that one that never returns holds nobody up.
func (s *seat[I, O]) live(phase history.Phase) ending {
	l := s.life
	done := make(chan ending, 1)
	go s.turns(l, phase, done)
	select {
	case end := <-done:
		return end
	case <-l.stuck:
		s.run.lose(l)
		s.countLost(phase)
		return ending{how: orphaned}
	}
}

// turns makes the operations of a life. Once the life was abandoned the seat belongs to another, and is not touched.
func (s *seat[I, O]) turns(l *life[I, O], phase history.Phase, done chan<- ending) {
	end := ending{how: failed, err: fmt.Errorf("client %d: %w", l.log.Client(), exited("the target"))}
	defer func() {
		if p := recover(); p != nil {
			end.err = fmt.Errorf("client %d: %w", l.log.Client(), panicked("the workload", p))
		}
		if end.how == failed {
			s.broken(l, phase, &end)
		}
		if end.how == orphaned {
			s.run.found(l)
			return
		}
		done <- end
	}()
	for s.left != 0 && !s.run.stopping.Load() {
		if how := s.turn(l, phase); how != finished {
			end = ending{how: how}
			return
		}
	}
	end = ending{how: finished}
}

// broken looks for an operation that was under way when its goroutine ended: nothing else has.
func (s *seat[I, O]) broken(l *life[I, O], phase history.Phase, end *ending) {
	switch under := l.due.Load() != 0; {
	case under && l.due.disarm() == abandoned:
		end.how = orphaned
	case under:
		s.countLost(phase)
		l.observer.abandon()
	}
}

// turn makes one operation.
func (s *seat[I, O]) turn(l *life[I, O], phase history.Phase) how {
	intended, ok := s.pace.wait(s.run.stop, s.run.rec.Now)
	if !ok {
		return finished
	}
	if l.stepper != nil {
		l.stepper.Start(s.run.stop)
		if s.run.stopping.Load() { // it may have held the client for long
			l.stepper.Finish()
			return finished
		}
	}
	in := s.gen(s.r, s.prev)
	if s.left > 0 {
		s.left--
	}
	op, f := l.do(in, phase)
	if f == abandoned {
		return orphaned
	}
	if l.stepper != nil {
		l.stepper.Finish()
	}
	s.count(&op, intended)
	if op.Outcome != history.Unknown && f == intime {
		return finished
	}
	return reborn
}

func (s *seat[I, O]) count(op *history.Op[I, O], intended time.Duration) {
	if s.prev = nil; op.Outcome == history.OK {
		s.last = *op
		s.prev = &s.last
	}
	if op.Phase != history.Main {
		return
	}
	from := op.Call
	if s.pace.rate > 0 {
		from = min(from, intended)
	}
	s.tally.add(s.run.workload.Class(op.Input).Kind, op.Outcome, op.Return-from, op.Return, int(op.Retries))
}

// countLost counts an operation that will never be known.
func (s *seat[I, O]) countLost(phase history.Phase) {
	s.prev = nil
	if phase == history.Main {
		s.tally.lose()
	}
}

// reopen connects under a new identity. If the run stops meanwhile, there is neither a life nor an error.
func (s *seat[I, O]) reopen() error {
	l, err := s.run.reopen(s.run.stop, s.id)
	switch {
	case err == nil:
		s.life = l
	case s.run.stop.Err() == nil:
		return fmt.Errorf("a client could not be opened again: %w", err)
	}
	return nil
}

// end closes the seat's client.
func (s *seat[I, O]) end() {
	if s.life != nil {
		s.run.shut(s.life)
		s.life = nil
	}
}
