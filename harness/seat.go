package harness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/lostupdate/stress/history"
)

// seat is one of the concurrent clients of a run. It makes its share of the operations, through as many lives as it
// takes.
type seat[I, O any] struct {
	run   *run[I, O]
	id    int
	r     *rand.Rand
	gen   Generator[I, O]
	tally *tally
	pace  pacer
	prev  *history.Op[I, O]
	life  *life[I, O]
}

func newSeat[I, O any](r *run[I, O], id int) *seat[I, O] {
	return &seat[I, O]{
		run: r, id: id, gen: r.workload.Generator(id), tally: newTally(),
		r: rand.New(rand.NewPCG(r.cfg.seed, uint64(id))),
	}
}

// work makes n operations, or goes on until the run stops if n is negative.
func (s *seat[I, O]) work(phase history.Phase, n int) error {
	for n != 0 && !s.run.stopping.Load() {
		if s.life == nil {
			if err := s.reopen(); err != nil {
				return err
			}
			continue
		}
		end := s.live(phase, &n)
		switch end.how {
		case finished:
			return nil
		case failed:
			return end.err
		default:
			s.life = nil
		}
	}
	return nil
}

// live makes operations in the present life, and returns when it is over or nothing is left to do. The operations run
// in a goroutine of their own, so that one that never returns holds nobody up.
func (s *seat[I, O]) live(phase history.Phase, left *int) ending {
	l := s.life
	done := make(chan ending, 1)
	go s.turns(l, phase, left, done)
	select {
	case end := <-done:
		return end
	case <-l.stuck:
		s.run.orphans.Add(1)
		s.tally.outcomes[history.Unknown].Add(1)
		s.prev = nil
		return ending{how: reborn}
	}
}

// turns makes the operations of a life. Once the life was abandoned the seat belongs to another, and is not touched.
func (s *seat[I, O]) turns(l *life[I, O], phase history.Phase, left *int, done chan<- ending) {
	end := ending{how: failed, err: fmt.Errorf("client %d: the target ended its goroutine "+
		"(runtime.Goexit, as t.FailNow and t.Fatal do): return an error instead", l.log.Client())}
	defer func() {
		if p := recover(); p != nil {
			end.err = fmt.Errorf("client %d: the workload panicked: %v\n%s", l.log.Client(), p, debug.Stack())
		}
		if end.how == orphaned {
			s.run.orphans.Add(-1)
			return
		}
		done <- end
	}()
	for *left != 0 && !s.run.stopping.Load() {
		if how := s.turn(l, phase, left); how != finished {
			end = ending{how: how}
			return
		}
	}
	end = ending{how: finished}
}

// turn makes one operation.
func (s *seat[I, O]) turn(l *life[I, O], phase history.Phase, left *int) how {
	intended, ok := s.pace.wait(s.run.stop, s.run.rec.Now)
	if !ok {
		return finished
	}
	in := s.gen(s.r, s.prev)
	if *left > 0 {
		*left--
	}
	op, alive := l.do(in, phase)
	if !alive {
		l.close()
		return orphaned
	}
	s.count(&op, intended)
	if op.Outcome != history.Unknown && !l.overdue.Load() {
		return finished
	}
	if !l.close() {
		return orphaned
	}
	return reborn
}

func (s *seat[I, O]) count(op *history.Op[I, O], intended time.Duration) {
	if s.prev = nil; op.Outcome == history.OK {
		s.prev = op
	}
	if op.Phase != history.Main {
		return
	}
	from := op.Call
	if s.run.cfg.rate > 0 {
		from = min(from, intended)
	}
	s.tally.add(s.run.workload.Class(op.Input).Kind, op.Outcome, op.Return-from, op.Return, int(op.Retries))
}

// reopen connects under a new identity, trying for as long as an operation may take, or until the run stops.
func (s *seat[I, O]) reopen() error {
	l, err := backoff.Retry(s.run.stop, func() (*life[I, O], error) { return s.run.open(s.id) },
		backoff.WithBackOff(&backoff.ExponentialBackOff{
			InitialInterval: time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: time.Second,
		}), backoff.WithMaxElapsedTime(s.run.cfg.timeout))
	switch {
	case err == nil:
		s.life = l
		return nil
	case s.run.stopping.Load() || errors.Is(err, context.Canceled):
		return nil
	}
	return fmt.Errorf("client of seat %d could not be opened again: %w", s.id, err)
}

// end closes the seat's client.
func (s *seat[I, O]) end() {
	if s.life != nil {
		s.run.shut(s.life)
		s.life = nil
	}
}
