package unique

import (
	"context"
	"maps"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// stream decides linearizability, which looks at each key alone, and looks at the keys' results beside each other.
type stream struct {
	checkers.Stream[Input, Output]
	order  *history.Sequence[Input, Output]
	given  owners
	mixed  bool // a result of two keys was found
	broken bool // a batch did not follow; the other stream says why
	proof  map[int]placed
}

// Add takes the next batch.
func (s *stream) Add(ctx context.Context, b history.Batch[Input, Output]) (violated bool) {
	violated = s.Stream.Add(ctx, b)
	if s.broken = s.broken || s.order.Add(b) != nil; s.broken {
		return violated || s.mixed
	}
	for _, p := range s.order.Take() {
		s.mixed = s.given.add(p) || s.mixed
	}
	return violated || s.mixed
}

// Verdict decides what came so far.
func (s *stream) Verdict(ctx context.Context) checkers.Verdict {
	given := s.given
	if !s.broken {
		given = maps.Clone(given) // what is ahead will be given on, once what was called before it is over
		for _, p := range s.order.Ahead() {
			given.add(p)
		}
	}
	found, proof := given.mixed()
	s.proof = map[int]placed{}
	for _, p := range proof {
		s.proof[p.Place] = p
	}
	return checkers.Join(s.Stream.Verdict(ctx), checkers.Reject(found...))
}

// Evidence gives the operations that the anomalies of the last verdict name.
func (s *stream) Evidence() map[int]placed {
	all := map[int]placed{}
	maps.Copy(all, s.proof)
	maps.Copy(all, s.Stream.Evidence())
	return all
}
