package harness

import (
	"fmt"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// Report makes the report of a run.
func Report[I, O any](w Workload[I, O], r *Result[I, O]) *report.Report {
	out := &report.Report{
		Info: r.History.Info, Verdict: r.Verdict, Stats: r.Stats, Interrupted: r.Interrupted, Orphans: r.Orphans,
		Missing: r.History.Missing, Errors: errorCounts(r.History), Orders: wordsOfOrders(w, r), Prefixes: wordsOfPrefixes(w, r),
	}
	out.Cite(func(i int) report.Evidence { return evidence(w, i, &r.History.Ops[i]) })
	out.Timeline = timeline(w, r.History)
	return out
}

// ObjectNamer is implemented by workloads that have a name for each of their objects, e.g. "wallet 7"; what others have are
// objects with a number.
type ObjectNamer interface {
	Object(key uint64) string
}

func timeline[I, O any](w Workload[I, O], h *history.History[I, O]) *report.Timeline {
	t := &report.Timeline{
		Len:    len(h.Ops),
		At:     func(i int) report.Operation { return operation(w, h, i) },
		Object: func(key uint64) string { return fmt.Sprintf("object %d", key) },
	}
	if n, ok := w.(ObjectNamer); ok {
		t.Object = n.Object
	}
	return t
}

func operation[I, O any](w Workload[I, O], h *history.History[I, O], i int) report.Operation {
	op := &h.Ops[i]
	class := w.Class(op.Input)
	told := report.Operation{
		Client: op.Client, Call: int64(op.Call), Return: -1, Outcome: op.Outcome, Phase: op.Phase, Retries: op.Retries,
		Kind: class.Kind, ReadOnly: class.ReadOnly, Key: class.Key, Whole: class.Whole, Text: w.Describe(op), Note: h.Notes[i],
	}
	if op.Return != history.Never {
		told.Return = int64(op.Return)
	}
	return told
}

// ReportStream makes the report of a history that was followed in batches.
func ReportStream[I, O any](w Workload[I, O], info history.Info, f Followed[I, O], missing string) *report.Report {
	out := &report.Report{
		Info: info, Verdict: f.Verdict, Stats: f.Stats, Missing: missing, Errors: report.CountErrors(f.Errors),
	}
	out.Cite(func(i int) report.Evidence { op := f.Evidence[i]; return evidence(w, i, &op) })
	return out
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
