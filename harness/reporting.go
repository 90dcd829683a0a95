package harness

import (
	"fmt"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// What of the legal orders of a valid history is put into words.
const (
	mostOrders  = 3
	mostInOrder = 20
)

// Report makes the report of a run.
func Report[I, O any](w Workload[I, O], r *Result[I, O]) *report.Report {
	out := &report.Report{
		Info: r.History.Info, Verdict: r.Verdict, Stats: r.Stats, Interrupted: r.Interrupted, Orphans: r.Orphans,
		Missing: r.History.Missing, Errors: errorCounts(r.History), Orders: wordsOfOrders(w, r),
	}
	out.Cite(func(i int) report.Evidence { return evidenceOf(w, r.History, i) })
	return out
}

// ReportStream makes the report of a history that was followed in batches.
func ReportStream[I, O any](w Workload[I, O], info history.Info, f Followed[I, O], missing string) *report.Report {
	out := &report.Report{
		Info: info, Verdict: f.Verdict, Stats: f.Stats, Missing: missing, Errors: report.CountErrors(f.Errors),
	}
	out.Cite(func(i int) report.Evidence {
		op := f.Evidence[i]
		e := evidence(w, i, &op.Op)
		if id, ok := info.TraceID(op.Client, op.Nth); ok {
			e.Trace = id.String()
		}
		return e
	})
	return out
}

func evidenceOf[I, O any](w Workload[I, O], h *history.History[I, O], i int) report.Evidence {
	e := evidence(w, i, &h.Ops[i])
	if h.Info.Trace != "" { // else there is no need to count
		if id, ok := h.Info.TraceID(e.Client, h.Nth(i)); ok {
			e.Trace = id.String()
		}
	}
	return e
}

func evidence[I, O any](w Workload[I, O], i int, op *history.Op[I, O]) report.Evidence {
	e := report.Evidence{
		Op: i, Client: op.Client, Call: int64(op.Call), Outcome: op.Outcome, Text: w.Describe(op),
		Final: op.Phase == history.Final,
	}
	if op.Return != history.Never {
		e.Return = int64(op.Return)
	}
	return e
}

func errorCounts[I, O any](h *history.History[I, O]) []report.ErrorCount {
	counts := map[ErrorText]int{}
	for i, text := range h.Notes {
		counts[ErrorText{Text: text, Outcome: h.Ops[i].Outcome}]++
	}
	return report.CountErrors(counts)
}

func wordsOfOrders[I, O any](w Workload[I, O], r *Result[I, O]) []report.Order {
	var all []report.Order
	for _, order := range r.Verdict.Orders[:min(len(r.Verdict.Orders), mostOrders)] {
		words := report.Order{Object: order.Object, More: max(0, len(order.Ops)-mostInOrder)}
		for _, i := range order.Ops[:len(order.Ops)-words.More] {
			op := &r.History.Ops[i]
			text := fmt.Sprintf("#%d  client %d: %s", i, op.Client, w.Describe(op))
			if op.Outcome == history.Unknown {
				text += ", which took effect"
			}
			words.Ops = append(words.Ops, text)
		}
		all = append(all, words)
	}
	return all
}
