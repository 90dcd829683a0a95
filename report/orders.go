package report

import (
	"fmt"
	"strings"
)

// Order is the beginning of a legal order in words.
type Order struct {
	Object string
	Ops    []string
	More   int // operations that are not in words
}

// orders shows how each object's operations can have gone.
func (r *Report) orders(b *strings.Builder, s Style) {
	for _, order := range r.Orders {
		title := "one after the other, this explains everything"
		if order.Object != "" {
			title += " about " + Clean(order.Object)
		}
		fmt.Fprintf(b, "\n  %s:\n", title)
		for _, text := range order.Ops {
			fmt.Fprintf(b, "   %s\n", s.Wrap(3, Clean(text)))
		}
		if order.More > 0 {
			fmt.Fprintf(b, "   … and %s, with --json\n", things(int64(order.More), "more operation"))
		}
	}
	if more := len(r.Verdict.Orders) - len(r.Orders); more > 0 {
		fmt.Fprintf(b, "\n  and so for %s, with --json\n", things(int64(more), "more object"))
	}
}
