package foreign

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

// Linear decides a history as one of its data type, with a monitor if one is suited or by the search alone, and tells
// whether a monitor was.
func Linear(ctx context.Context, h *jepsen.History, monitored bool) (v checkers.Verdict, suited bool) {
	w := words{h.Values, h.Keys != jepsen.One}
	switch h.Type {
	case jepsen.Counter:
		return decide(ctx, w, w.counter(), h, monitored)
	case jepsen.Set:
		return decide(ctx, w, w.set(h), h, monitored)
	case jepsen.Queue:
		return decide(ctx, w, w.queue(), h, monitored)
	case jepsen.Mutex:
		return decide(ctx, w, w.mutex(), h, monitored)
	case jepsen.KV:
		return decide(ctx, w, w.kv(), h, monitored)
	default:
		return decide(ctx, w, w.register(), h, monitored)
	}
}

func decide[S comparable](
	ctx context.Context, w words, m linear.Model[S, input, output], h *jepsen.History, monitored bool,
) (checkers.Verdict, bool) {
	suited := monitor.Check(part(m.Type, h)).Status != monitor.Unsuited
	if !monitored {
		m.Type = nil
	}
	return by(w, m).Check(ctx, &h.History), suited
}

// part is what the monitors are given of a history of one object.
func part(t *linear.Type[input, output], h *jepsen.History) *monitor.Part {
	p := &monitor.Part{}
	if t.Start != nil {
		p.Start = t.Start(0)
	}
	for i := range h.Ops {
		from := &h.Ops[i]
		known := from.Outcome == history.OK
		if from.Outcome == history.Failed {
			continue
		}
		op := monitor.Op{Act: t.Act(from.Input, from.Output, known), Call: int64(from.Call), Return: monitor.Never}
		if known {
			op.Return = int64(from.Return)
		}
		if known && op.Kind == monitor.ReadAll {
			op.Value = int64(len(p.Members))
			p.Members = append(p.Members, t.Members(from.Output))
		}
		p.Ops = append(p.Ops, op)
	}
	return p
}
