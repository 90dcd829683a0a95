package harness

import (
	"fmt"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// What of the legal orders of a valid history is put into words, and of the prefixes of another.
const (
	mostOrders   = 3
	mostInOrder  = 20
	mostInPrefix = 10 // the last ones
	mostStuck    = 10
)

func wordsOfOrders[I, O any](w Workload[I, O], r *Result[I, O]) []report.Order {
	var all []report.Order
	for _, order := range r.Verdict.Orders[:min(len(r.Verdict.Orders), mostOrders)] {
		words := report.Order{Object: order.Object, More: max(0, len(order.Ops)-mostInOrder)}
		words.Ops = wordsOf(w, r.History, order.Ops[:len(order.Ops)-words.More])
		all = append(all, words)
	}
	return all
}

func wordsOfPrefixes[I, O any](w Workload[I, O], r *Result[I, O]) []report.Prefix {
	var all []report.Prefix
	for _, p := range r.Verdict.Prefixes[:min(len(r.Verdict.Prefixes), mostOrders)] {
		words := report.Prefix{
			Object: p.Object, Before: max(0, len(p.Ops)-mostInPrefix), State: p.State, Longest: p.Longest,
			More: max(0, len(p.Stuck)-mostStuck),
		}
		words.Ops = wordsOf(w, r.History, p.Ops[words.Before:])
		words.Stuck = wordsOf(w, r.History, p.Stuck[:len(p.Stuck)-words.More])
		all = append(all, words)
	}
	return all
}

// wordsOf puts operations that took effect into words.
func wordsOf[I, O any](w Workload[I, O], h *history.History[I, O], ops []int) []string {
	var all []string
	for _, i := range ops {
		op := &h.Ops[i]
		text := fmt.Sprintf("#%d  client %d: %s", i, op.Client, w.Describe(op))
		if op.Outcome == history.Unknown {
			text += ", which took effect"
		}
		all = append(all, text)
	}
	return all
}
