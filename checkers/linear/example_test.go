package linear_test

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
)

// A stack of at most two letters: an empty input pops, "" being the answer of an empty stack; pushing on a full one is
// refused with "full".
func Example() {
	apply := func(stack, push string) (next, out string) {
		switch {
		case push != "" && len(stack) == 2:
			return stack, "full"
		case push != "":
			return stack + push, ""
		case stack == "":
			return "", ""
		}
		return stack[:len(stack)-1], stack[len(stack)-1:]
	}
	stack := linear.Model[string, string, string]{
		Step: func(state, in, out string) (string, bool) {
			next, right := apply(state, in)
			return next, out == right
		},
		Effect: func(state, in string) (string, bool) { next, _ := apply(state, in); return next, true },
	}
	h := &history.History[string, string]{Ops: []history.Op[string, string]{
		{Client: 1, Call: 0, Return: 5, Input: "a"},
		{Client: 2, Call: 1, Return: 4, Input: "b"},
		{Client: 1, Call: 6, Return: 7, Output: "a"},
		{Client: 2, Call: 8, Return: 9, Output: "a"}, // popped twice
	}}
	v := linear.Check(context.Background(), stack, h)
	fmt.Println(v.Status, v.Anomalies[0].Ops)
	// Output: invalid [2 3]
}
