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
			title += " about " + order.Object
		}
		fmt.Fprintf(b, "\n  %s:\n", title)
		listed(b, s, order.Ops)
		if order.More > 0 {
			fmt.Fprintf(b, "   … and %s, with --json\n", things(int64(order.More), "more operation"))
		}
	}
	if more := len(r.Verdict.Orders) - len(r.Orders); more > 0 {
		fmt.Fprintf(b, "\n  and so for %s, with --json\n", things(int64(more), "more object"))
	}
}

// Prefix is how far an object can be explained, in words.
type Prefix struct {
	Object  string
	Before  int      // operations before those that are in words
	Ops     []string // the last of it
	State   string   // what the object then holds
	Stuck   []string // what can come next, and does not fit
	More    int      // of these, how many are not in words
	Longest bool     // no other beginning is longer
}

// prefixes shows how far each object can be explained, and what fits nowhere next.
func (r *Report) prefixes(b *strings.Builder, s Style) {
	for i := range r.Prefixes {
		r.Prefixes[i].text(b, s)
	}
	if more := len(r.Verdict.Prefixes) - len(r.Prefixes); more > 0 {
		fmt.Fprintf(b, "\n  and so for %s, with --json\n", things(int64(more), "more object"))
	}
}

func (p *Prefix) text(b *strings.Builder, s Style) {
	about := ""
	if p.Object != "" {
		about = p.Object + ": "
	}
	if len(p.Ops) == 0 {
		about += "at first the state is " + p.State + "; one of these must come first, and none fits:"
		fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, about))
	} else {
		about += "one after the other, this explains what was seen so far, and " + p.rivals() + ":"
		fmt.Fprintf(b, "\n  %s\n", s.Wrap(2, about))
		if p.Before > 0 {
			fmt.Fprintf(b, "   … %s before, with --json\n", things(int64(p.Before), "operation"))
		}
		listed(b, s, p.Ops)
		then := "then the state is " + p.State + "; one of these must come next, and none fits:"
		fmt.Fprintf(b, "  %s\n", s.Wrap(2, then))
	}
	listed(b, s, p.Stuck)
	if p.More > 0 {
		fmt.Fprintf(b, "   … nor %s, with --json\n", things(int64(p.More), "more operation"))
	}
}

func (p *Prefix) rivals() string {
	if p.Longest {
		return "no order explains more"
	}
	return "no order was found that explains more"
}

// listed shows operations in words, one a line.
func listed(b *strings.Builder, s Style, ops []string) {
	for _, text := range ops {
		fmt.Fprintf(b, "   %s\n", s.Wrap(3, text))
	}
}
