package harness

import (
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
	return out
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
