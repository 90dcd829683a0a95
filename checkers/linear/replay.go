package linear

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

// Replay verifies a legal order of the operations on the object with that key, as places in the history: that a single
// client which made them so, one after the other, would have been told the same, and that none is called after one that
// comes later in the order returned. It does not verify that the object has no other operations of known outcome; the
// error says what is wrong first.
func Replay[S comparable, I, O any](m Model[S, I, O], h *history.History[I, O], key uint64, order []int) error {
	states := []S{m.start(key)}
	latest, made := time.Duration(-1), make(map[int]bool, len(order))
	for _, i := range order {
		if i < 0 || i >= len(h.Ops) || made[i] {
			return fmt.Errorf("operation #%d is not in the history, or twice in the order", i)
		}
		made[i] = true
		op := &h.Ops[i]
		if latest = max(latest, op.Call); op.Outcome == history.OK && op.Return < latest {
			return fmt.Errorf("operation #%d comes after one that was called after its return", i)
		}
		if states = m.after(states, op); len(states) == 0 {
			return fmt.Errorf("operation #%d is not legal where it comes", i)
		}
	}
	return nil
}

func (m *Model[S, I, O]) start(key uint64) (state S) {
	if m.Init != nil {
		return m.Init(key)
	}
	return state
}

// after gives the states in which an operation can leave an object that is in one of several. It may use their list.
func (m *Model[S, I, O]) after(states []S, op *history.Op[I, O]) []S {
	if len(states) == 1 {
		return m.each(states[0], op, states[:0])
	}
	var all, some []S
	for _, state := range states {
		some = m.each(state, op, some[:0])
		for _, to := range some {
			if !slices.Contains(all, to) {
				all = append(all, to)
			}
		}
	}
	return all
}

func (m *Model[S, I, O]) each(state S, op *history.Op[I, O], list []S) []S {
	var to S
	var ok bool
	switch known := op.Outcome == history.OK; {
	case op.Outcome == history.Failed:
	case known && m.Steps != nil:
		return m.Steps(state, op.Input, op.Output, list)
	case known:
		to, ok = m.Step(state, op.Input, op.Output)
	case m.Effects != nil:
		return m.Effects(state, op.Input, list)
	default:
		to, ok = m.Effect(state, op.Input)
	}
	if ok {
		list = append(list, to)
	}
	return list
}

// acquit takes over that a monitor found a history legal. If an order is wanted, it must bear replaying.
func (c *check[S, I, O]) acquit(o object, r monitor.Result) (finding, bool) {
	if !c.orders {
		return finding{halt: found}, true
	}
	order := at(o, r.Order)
	return finding{halt: found, order: order}, c.replay(o, order) == nil
}

// replay verifies an order, and that it lacks nothing.
func (c *check[S, I, O]) replay(o object, order []int32) error {
	in := make(map[int32]bool, len(order))
	for _, i := range order {
		in[i] = true
	}
	for _, i := range o.ops {
		if c.h.Ops[i].Outcome == history.OK && !in[i] {
			return errors.New("an operation is missing")
		}
	}
	return Replay(c.model, c.h, o.key, ints(order))
}

// legalOrders gives the orders of objects that were all found legal.
func (c *check[S, I, O]) legalOrders(objects []object, findings []finding) []checkers.Order {
	orders := make([]checkers.Order, len(objects))
	for i, o := range objects {
		orders[i] = checkers.Order{Object: c.name(o), Ops: ints(findings[i].order)}
	}
	return orders
}

func ints(places []int32) []int {
	out := make([]int, len(places))
	for n, i := range places {
		out[n] = int(i)
	}
	return out
}
