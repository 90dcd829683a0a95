package checkers

import "context"

// Order is a legal order of the operations on an object: a single client that made them so, one after the other, would
// have seen the same.
type Order struct {
	Object string `json:"object,omitempty"` // whose operations they are, e.g. "register 3"; nothing if there is only one
	// Ops are places in the history. Failed operations are not in it, nor those of unknown outcome that need not have taken
	// effect.
	Ops []int `json:"ops"`
}

// Prefix is how far an object that has no legal order can be explained: the beginning of one, which no operation of known
// outcome goes on from. Every operation that had returned before one of it was called is in it too.
type Prefix struct {
	Object string `json:"object,omitempty"` // whose operations they are, e.g. "register 3"; nothing if there is only one
	// Ops are places in the history. A single client that made them so, one after the other, would have seen the same. Those
	// of unknown outcome that are in it took effect, if this is how it was; failed ones are not in it.
	Ops []int `json:"ops"`
	// State is what the object then holds, in words; or the states that it may be in.
	State string `json:"state"`
	// Stuck are places in the history, in ascending order: the operations of known outcome of which one must come next,
	// operations of unknown outcome aside. They are all that were called before the first of those that are not in Ops
	// returned, and the object could have answered none of them so in this state. There is always one.
	Stuck []int `json:"stuck"`
	// Longest says that all beginnings were tried, and that none has more operations of known outcome. There may be others
	// with as many. Where it is false the search was stopped, and this is the longest that it came upon.
	Longest bool `json:"longest"`
}

type wantsOrders struct{}

// WithOrders asks all checkers under the context for the orders of what they find valid, and for the prefixes of what they do
// not, if they can give them. It may cost them several times as much.
func WithOrders(ctx context.Context) context.Context {
	return context.WithValue(ctx, wantsOrders{}, true)
}

// WantsOrders says whether the context asks for orders and prefixes.
func WantsOrders(ctx context.Context) bool { return ctx.Value(wantsOrders{}) != nil }
