package report

import (
	"fmt"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// What of the legal orders of a valid history is put into words; the verdict has them whole.
const (
	mostOrders  = 3
	mostInOrder = 20
)

// orderWords is the beginning of a legal order in words.
type orderWords struct {
	object string
	ops    []string
	more   int // operations that are not in words
}

func wordsOfOrders[I, O any](w harness.Workload[I, O], r *harness.Result[I, O]) []orderWords {
	var all []orderWords
	for _, order := range r.Verdict.Orders[:min(len(r.Verdict.Orders), mostOrders)] {
		words := orderWords{object: order.Object, more: max(0, len(order.Ops)-mostInOrder)}
		for _, i := range order.Ops[:len(order.Ops)-words.more] {
			op := &r.History.Ops[i]
			text := fmt.Sprintf("#%d  client %d: %s", i, op.Client, w.Describe(op))
			if op.Outcome == history.Unknown {
				text += ", which took effect"
			}
			words.ops = append(words.ops, text)
		}
		all = append(all, words)
	}
	return all
}

// orders shows how each object's operations can have gone.
func (r *Report) orders(b *strings.Builder, s Style) {
	for _, order := range r.orderWords {
		title := "one after the other, this explains everything"
		if order.object != "" {
			title += " about " + order.object
		}
		fmt.Fprintf(b, "\n  %s:\n", title)
		for _, text := range order.ops {
			fmt.Fprintf(b, "   %s\n", s.Wrap(3, text))
		}
		if order.more > 0 {
			fmt.Fprintf(b, "   … and %s, with --json\n", things(int64(order.more), "more operation"))
		}
	}
	if more := len(r.Verdict.Orders) - len(r.orderWords); more > 0 {
		fmt.Fprintf(b, "\n  and so for %s, with --json\n", things(int64(more), "more object"))
	}
}
