package loads

import (
	"encoding/binary"
	"math/rand/v2"
)

// DoCounter adds and answers nothing; zero reads.
func DoCounter(state, add int) (next, out int) {
	if add == 0 {
		return state, state
	}
	return state + add, 0
}

// Counter has blind adds of one, and reads, half each.
func Counter() Object[int, int, int] {
	return Object[int, int, int]{Do: DoCounter, Draw: func(r *rand.Rand, _ int) int { return r.IntN(2) }}
}

// DoFetchAdd adds, and answers what was there before.
func DoFetchAdd(state, add int) (next, out int) { return state + add, state }

// FetchAdd adds one at a time.
func FetchAdd() Object[int, int, int] {
	return Object[int, int, int]{Do: DoFetchAdd, Draw: func(*rand.Rand, int) int { return 1 }}
}

// Move is what a queue is asked for: to put Value in, or to give a value out.
type Move struct {
	In    bool
	Value int
	full  int // how many values must be in the queue for the operation to take one out
}

// Out is what a queue answers: the value that was first, or that it was empty.
type Out struct {
	Value int
	OK    bool
}

const word = 8 // bytes of a value in a queue's state

// DoQueue is a first-in-first-out queue, whose state has eight bytes for each value, the first in front.
func DoQueue(state string, in Move) (string, Out) {
	switch {
	case in.In:
		return string(binary.BigEndian.AppendUint64([]byte(state), uint64(in.Value))), Out{OK: true}
	case state == "":
		return "", Out{}
	default:
		return state[word:], Out{Value: int(binary.BigEndian.Uint64([]byte(state[:word]))), OK: true}
	}
}

// Queue holds 32 values at the most at a time. Every value is new.
func Queue() Object[string, Move, Out] {
	return Object[string, Move, Out]{
		Do:   DoQueue,
		Draw: func(r *rand.Rand, n int) Move { return Move{Value: n + 1, full: 1 + r.IntN(32)} },
		Aim: func(state string, in Move) Move {
			if len(state)/word < in.full {
				return Move{In: true, Value: in.Value}
			}
			return Move{}
		},
	}
}

// Change is what a set is asked for: to insert, to remove or to look for an element.
type Change struct {
	Kind    byte // 'i', 'r', 'c'
	Element uint64
}

// DoElement is one element of a set: whether it is in, and whether the operation found it as an insert or a remove wants it,
// or, asked by a look, whether it is in.
func DoElement(in bool, c Change) (next, out bool) {
	switch c.Kind {
	case 'i':
		return true, !in
	case 'r':
		return false, in
	default:
		return in, in
	}
}

// Set inserts, removes and looks for so many elements. A set is as many independent objects, so the load's states are its
// own; each call gives a load for one history.
func Set(elements int) Object[struct{}, Change, bool] {
	states := make([]bool, elements)
	return Object[struct{}, Change, bool]{
		Draw: func(r *rand.Rand, _ int) Change {
			return Change{Kind: "irc"[r.IntN(3)], Element: uint64(r.IntN(elements))}
		},
		Do: func(_ struct{}, c Change) (_ struct{}, out bool) {
			states[c.Element], out = DoElement(states[c.Element], c)
			return struct{}{}, out
		},
	}
}

// Keyed is what a store of registers is asked for.
type Keyed struct {
	Key uint64
	Put
}

// Store makes operations on so many registers, each with a load of its own kind, as [Register] or [CompareAndSet]. Each call
// gives a load for one history.
func Store(keys int, one Object[int, Put, Got]) Object[struct{}, Keyed, Got] {
	states := make([]int, keys)
	return Object[struct{}, Keyed, Got]{
		Draw: func(r *rand.Rand, n int) Keyed { return Keyed{Key: uint64(r.IntN(keys)), Put: one.Draw(r, n)} },
		Aim: func(_ struct{}, in Keyed) Keyed {
			if one.Aim != nil {
				in.Put = one.Aim(states[in.Key], in.Put)
			}
			return in
		},
		Do: func(_ struct{}, in Keyed) (_ struct{}, out Got) {
			states[in.Key], out = one.Do(states[in.Key], in.Put)
			return struct{}{}, out
		},
	}
}
