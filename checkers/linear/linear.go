// Package linear decides whether a history is linearizable over a sequential model: whether all operations can be put in
// one order, each between its call and its return, in which a single client alone would have seen the same.
//
// It promises three things. A verdict of Valid or Invalid is exact for every model, also where the outcome of
// operations is unknown. The search is bounded by a context and by memory, and says Undecided when it runs out; it never
// takes a limit for a violation. And what it says in the explanation of a violation has been verified by trying all orders,
// apart from the search that found it and with nothing of the model but its steps; where that would take too long, it says so.
//
// The algorithm is the depth-first search of Wing & Gong ("Testing and verifying concurrent objects", 1993) with the
// memory of configurations of Lowe ("Testing for linearizability", 2017), over independent objects one by one as in
// Horn & Kroening ("Faster linearizability checking via P-compositionality", 2015). A configuration is kept in a size
// that does not depend on the length of the history. The problem is NP-complete: with few values, many clients and no
// recorded results the time may still grow exponentially with the number of operations that are open at once.
//
// Where the model says that the object is one of the well-known data types (see [Type]), and the history tells enough,
// package monitor decides it in O(n log n) instead, and the search only verifies the few operations that prove a violation.
package linear

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Model is a sequential specification: what the object does when one client uses it alone. States are values compared
// with ==; all functions must be pure and safe for concurrent use, and must not modify what they are given.
type Model[S comparable, I, O any] struct {
	// Init gives the state before the first operation of the object with that key; key 0 if nothing is split. Nil means
	// the zero state.
	Init func(key uint64) S

	// Step gives the state after an operation that returned out, or ok=false where the object could not have returned
	// that in this state. Required, or Steps.
	Step func(state S, in I, out O) (next S, ok bool)

	// Steps replaces Step where the specification leaves a choice that the output does not show: it appends to the list
	// every state that the operation may leave, none where the object could not have returned that, and gives the list
	// back. The list is the search's and must not be kept.
	Steps func(state S, in I, out O, list []S) []S

	// Effect gives the state after an operation of unknown outcome that did take effect in this state, whatever it
	// would have returned, or ok=false where it cannot have any effect; a read gives the state back. If the model has
	// none, a history with operations of unknown outcome is undecided.
	Effect func(state S, in I) (next S, ok bool)

	// Effects replaces Effect where there is a choice, as Steps does Step.
	Effects func(state S, in I, list []S) []S

	// Key says which object the input concerns; objects with different keys are checked apart, in parallel. An input
	// that concerns several objects gives whole=true; a history that contains one is checked as a single object, with
	// the state of Init(0), so that the state must have room for all. Nil means a single object.
	Key func(in I) (key uint64, whole bool)

	// Pure says that the operation changes no state in which Step allows it, or Steps, as a read or a failed compare-and-set. It
	// may be nil, or say false of any operation: declaring reads makes the search much faster. It is asked only of
	// operations whose output is known.
	Pure func(in I, out O) bool

	// Type, where set, says which well-known data type an object is, so that most histories of it are decided without a
	// search. It is not asked for histories with an input that concerns several objects.
	Type *Type[I, O]

	// Leads is a look-ahead, which may be nil: false promises that no operations, however many and in whatever order, of
	// which none Sets, lead from the state to one in which Step or Steps allows the operation. True is always right, and
	// must be said where the state allows it already. A register's state leads to a read of its value alone; an append
	// log's to every read that begins with it. A configuration in which an operation that must come is lost is given up
	// at once, and so are many of the same kind: without it they are told apart only when that operation is due.
	Leads func(state S, in I, out O) bool

	// Sets helps Leads, and may be nil: ok says that the operation, whatever the state and the output, either leaves the
	// state as it is or makes it the one given, as a write or a compare-and-set, but not an add.
	Sets func(in I) (makes S, ok bool)

	// Describe puts an operation into words for the explanation, e.g. "read 7 → 3"; nil means %v of both. It is never
	// given the output of an operation whose outcome is unknown.
	Describe func(in I, out O) string

	// Object names the object with that key, e.g. "wallet 7"; nil means "object 7".
	Object func(key uint64) string

	// State puts a state into words; nil means %v.
	State func(state S) string
}

// Check decides whether the history is linearizable over the model.
//
// Operations that failed count as never made. One of unknown outcome may have taken effect at any time after its call,
// or never. Intervals are closed: an operation called at the instant at which another returns may come before it.
//
// The verdict is Invalid with one anomaly for each object that was found to have no legal order: by the name of what
// happened, such as [checkers.LostUpdate], where a monitor found it, else [checkers.NonLinearizable]. Its operations have
// no legal order together, whatever all others did; or, where that takes more than people can read or a search can prove,
// given what its message says. Once there is one, objects that are much harder to decide are left
// alone, and the reason says so.
//
// It is Undecided if the context ends or the memory is used up before an object is decided, if the history is malformed
// (a return before its call, a client that overlaps itself), or if it holds operations of unknown outcome and the model
// has no Effect. Check returns within some tens of milliseconds after the context is done, if the model's functions do; a
// monitor under way is not stopped, and takes about a second for a million operations on one object.
func Check[S comparable, I, O any](
	ctx context.Context, m Model[S, I, O], h *history.History[I, O], opts ...Option,
) checkers.Verdict {
	places := byCall(h)
	if reason := malformed(h, places); reason != "" {
		return checkers.Undecide("malformed: %s", reason)
	}
	for i := range h.Ops {
		if reason := beyond(m, h.Ops[i].Outcome); reason != "" {
			return checkers.Undecide("%s", reason)
		}
	}
	c := newCheck(m, h, defaults().with(opts))
	c.orders = c.orders || checkers.WantsOrders(ctx)
	objects := split(m.Key, h, places)
	findings := c.all(ctx, objects)
	v := join(findings)
	switch {
	case !c.orders:
	case v.Status == checkers.Valid:
		v.Orders = c.legalOrders(objects, findings)
	default:
		v.Prefixes = c.prefixes(ctx, objects, findings)
	}
	return v
}

// beyond says what of an operation the model cannot express.
func beyond[S comparable, I, O any](m Model[S, I, O], outcome history.Outcome) string {
	if m.Effect == nil && m.Effects == nil && outcome == history.Unknown {
		return "the model has no Effect, so that operations of unknown outcome cannot be judged"
	}
	return ""
}

// check is one call of Check.
type check[S comparable, I, O any] struct {
	options
	model  Model[S, I, O]
	h      *history.History[I, O]
	budget *budget
	telling
}

func newCheck[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O], o options) *check[S, I, O] {
	c := &check[S, I, O]{options: o, model: m, h: h, budget: &budget{}}
	if c.model.Init == nil {
		c.model.Init = func(uint64) (zero S) { return zero }
	}
	c.budget.left.Store(c.memory)
	return c
}

// afresh is a check with the same model, options and memory, of other operations.
func (c *check[S, I, O]) afresh() *check[S, I, O] {
	return &check[S, I, O]{options: c.options, model: c.model, h: &history.History[I, O]{}, budget: c.budget}
}
