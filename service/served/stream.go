package served

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Stream decides what the workload's own stream does, and tells of each anomaly through which requests it came about.
func (w streamed[I, O]) Stream() checkers.Stream[I, O] {
	return &stream[I, O]{Stream: w.own.Stream(), workload: w.workload, made: requests{}}
}

type stream[I, O any] struct {
	checkers.Stream[I, O]
	workload workload[I, O]
	made     requests // all that were seen
}

// Add notes the requests of the batch.
func (s *stream[I, O]) Add(ctx context.Context, b history.Batch[I, O]) (violated bool) {
	for _, ops := range [][]history.Op[I, O]{b.Done, b.Open} {
		for i := range ops {
			s.workload.note(s.made, ops[i].Input)
		}
	}
	return s.Stream.Add(ctx, b)
}

// Verdict is that of the workload's own stream, with the requests.
func (s *stream[I, O]) Verdict(ctx context.Context) checkers.Verdict {
	v := s.Stream.Verdict(ctx)
	if len(v.Anomalies) == 0 {
		return v
	}
	evidence := s.Evidence()
	for i := range v.Anomalies {
		made := requests{}
		for _, place := range v.Anomalies[i].Ops {
			if op, there := evidence[place]; there && !s.workload.waits(op.Input) {
				s.workload.note(made, op.Input)
			}
		}
		if len(made) == 0 {
			made = s.made
		}
		v.Anomalies[i].Through = made.sorted()
	}
	return v
}
