package contest

import (
	"context"
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/loads"
)

// batches is into how many a history is cut for a stream.
const batches = 100

// Streams lists the works that are checked in batches as well as all at once: a million operations each.
func Streams() []Work {
	var works []Work
	for _, clients := range [...]int{10, 100, 1000} {
		works = append(works,
			streamed("register", clients, unique(), loads.Register()),
			streamed("cas", clients, unique(), loads.CompareAndSet()),
			streamed("counter", clients, counter(), loads.Counter()),
			streamed("queue", clients, queue(), loads.Queue()),
		)
	}
	plain := unique()
	plain.Type = nil
	searched := streamed("register", 10, plain, loads.Register())
	searched.Name, searched.Text = "searched-"+searched.Name, searched.Text+", searched"
	partitioned := Work{Name: "store", Text: "1,000 registers, 50 clients", Load: func(t Terms) (Bout, error) {
		return game[int, loads.Keyed, loads.Got]{
			model: store(), history: loads.Store(keys, loads.Register()).Load(1, 50, t.count(million), 0),
		}.stream(), nil
	}}
	return append(works, searched, partitioned)
}

func streamed[S comparable, I, O any](object string, clients int, m linear.Model[S, I, O], o loads.Object[S, I, O]) Work {
	return Work{
		Name: fmt.Sprintf("%s-%d", object, clients), Text: fmt.Sprintf("%s, %s clients", words(object), Thousands(clients)),
		Load: func(t Terms) (Bout, error) {
			return game[S, I, O]{model: m, history: o.Load(1, clients, t.count(million), 0)}.stream(), nil
		},
	}
}

// stream makes a bout of a check all at once and one in batches.
func (g game[S, I, O]) stream() Bout {
	all := cut(g.history)
	b := Bout{Verdict: g.check(g.model, linear.WithoutProofs()), Ops: len(g.history.Ops), Remembered: new(int64)}
	b.Stream = func() error {
		s := linear.NewStream(g.model, linear.WithoutProofs())
		for _, batch := range all {
			s.Add(context.Background(), batch)
			*b.Remembered = max(*b.Remembered, s.Bytes())
		}
		if v := s.Verdict(context.Background()); v.Status != checkers.Valid {
			return fmt.Errorf("the verdict is %v: %s", v.Status, v.Reason)
		}
		return nil
	}
	return b
}

// cut cuts a history, whose clients never rest, into batches of about as many operations.
func cut[I, O any](h *history.History[I, O]) (all []history.Batch[I, O]) {
	var open []history.Op[I, O]
	for n := range batches {
		ops := slices.Concat(open, h.Ops[n*len(h.Ops)/batches:(n+1)*len(h.Ops)/batches])
		b := history.Batch[I, O]{At: history.Never}
		if n < batches-1 {
			b.At = h.Ops[(n+1)*len(h.Ops)/batches].Call
		}
		open = nil
		for _, op := range ops {
			if op.Return < b.At || b.At == history.Never {
				b.Done = append(b.Done, op)
				continue
			}
			open = append(open, op)
			var none O
			op.Outcome, op.Return, op.Output = history.Unknown, history.Never, none
			b.Open = append(b.Open, op)
		}
		all = append(all, b)
	}
	return all
}
