package linear

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/history"
)

// world is a data type for random tests: its model, and how to make operations and wrong answers.
type world[S comparable, I, O any] struct {
	name  string
	model Model[S, I, O]
	draw  func(r *rand.Rand, n int) I         // the input of the n-th operation
	exec  func(state S, in I) (S, O)          // what a right system does
	wrong func(r *rand.Rand, in I, right O) O // what a wrong one might say
}

// put is the input of the registers: a read, a write, a compare-and-set.
type put struct {
	kind byte // 'r', 'w', 'c'
	old  int
	to   int
}

// got is an answer: the value of a read, the success of a compare-and-set.
type got struct {
	value int
	ok    bool
}

func execRegister(state int, in put) (int, got) {
	switch {
	case in.kind == 'r':
		return state, got{value: state}
	case in.kind == 'w':
		return in.to, got{}
	case in.old == state:
		return in.to, got{ok: true}
	default:
		return state, got{}
	}
}

// byExec makes the model of a deterministic system from what it does.
func byExec[S comparable, I any, O comparable](exec func(S, I) (S, O)) Model[S, I, O] {
	return Model[S, I, O]{
		Step: func(state S, in I, out O) (S, bool) {
			next, right := exec(state, in)
			return next, right == out
		},
		Effect: func(state S, in I) (S, bool) {
			next, _ := exec(state, in)
			return next, true
		},
	}
}

func wrongRegister(r *rand.Rand, in put, right got) got {
	switch in.kind {
	case 'r':
		return got{value: r.IntN(4)}
	case 'c':
		return got{ok: !right.ok}
	}
	return right
}

func registerWorld() world[int, put, got] {
	w := world[int, put, got]{name: "register", model: byExec(execRegister), exec: execRegister, wrong: wrongRegister}
	w.draw = func(r *rand.Rand, _ int) put { return put{kind: "rwc"[r.IntN(3)], old: r.IntN(3), to: r.IntN(3)} }
	w.model.Pure = func(in put, out got) bool { return in.kind == 'r' || in.kind == 'c' && !out.ok }
	w.model.Sets = func(in put) (int, bool) { return in.to, in.kind != 'r' }
	w.model.Leads = func(state int, in put, out got) bool { _, ok := w.model.Step(state, in, out); return ok }
	return w
}

func uniqueWorld() world[int, put, got] {
	w := registerWorld()
	w.name = "unique"
	w.draw = func(r *rand.Rand, n int) put { return put{kind: "rrw"[r.IntN(3)], to: n + 1} }
	return w
}

func execCounter(state, add int) (int, int) {
	if add == 0 {
		return state, state
	}
	return state + add, 0
}

// counterWorld has blind adds of one or several sizes; zero reads.
func counterWorld(name string, sizes ...int) world[int, int, int] {
	w := world[int, int, int]{name: name, model: byExec(execCounter), exec: execCounter}
	w.draw = func(r *rand.Rand, _ int) int { return sizes[r.IntN(len(sizes))] }
	w.wrong = func(r *rand.Rand, in, right int) int {
		if in != 0 {
			return right
		}
		return right + r.IntN(5) - 2
	}
	w.model.Pure = func(in, _ int) bool { return in == 0 }
	w.model.Leads = func(state, in, out int) bool { return in != 0 || state <= out || slices.Min(sizes) < 0 }
	return w
}

func fetchAddWorld() world[int, int, int] {
	exec := func(state, add int) (int, int) { return state + add, state }
	w := world[int, int, int]{name: "fetch-add", model: byExec(exec), exec: exec}
	w.draw = func(r *rand.Rand, _ int) int { return r.IntN(3) }
	w.wrong = func(r *rand.Rand, _, right int) int { return right + r.IntN(3) - 1 }
	w.model.Pure = func(in, _ int) bool { return in == 0 }
	return w
}

// logWorld is a text to which letters are appended, and which is now and then overwritten.
func logWorld() world[string, put, string] {
	exec := func(state string, in put) (string, string) {
		switch in.kind {
		case 'r':
			return state, state
		case 'w':
			return string(rune('a' + in.to)), ""
		}
		return state + string(rune('a'+in.to)), ""
	}
	w := world[string, put, string]{name: "log", model: byExec(exec), exec: exec}
	w.draw = func(r *rand.Rand, _ int) put { return put{kind: "rrrwaaa"[r.IntN(7)], to: r.IntN(3)} }
	w.wrong = func(r *rand.Rand, in put, right string) string {
		switch {
		case in.kind != 'r':
			return right
		case right == "" || r.IntN(2) == 0:
			return right + string(rune('a'+r.IntN(3)))
		}
		return right[1:]
	}
	w.model.Pure = func(in put, _ string) bool { return in.kind == 'r' }
	w.model.Sets = func(in put) (string, bool) { return string(rune('a' + in.to)), in.kind == 'w' }
	w.model.Leads = func(state string, in put, out string) bool {
		return in.kind != 'r' || strings.HasPrefix(out, state)
	}
	return w
}

// move is the input of the wallet: a deposit to one account, a transfer, or a reading of one or both.
type move struct {
	kind    byte // 'd', 't', 'r', 'R'
	account uint64
	amount  int
}

func execWallet(state [2]int, in move) ([2]int, [2]int) {
	switch in.kind {
	case 'd':
		state[in.account] += in.amount
	case 't':
		if state[in.account] < in.amount {
			return state, [2]int{-1}
		}
		state[in.account] -= in.amount
		state[1-in.account] += in.amount
	case 'r':
		return state, [2]int{state[in.account]}
	case 'R':
		return state, state
	}
	return state, [2]int{}
}

// walletWorld has operations on one account and, if kinds has 't' or 'R', on both.
func walletWorld(name, kinds string) world[[2]int, move, [2]int] {
	w := world[[2]int, move, [2]int]{name: name, model: byExec(execWallet), exec: execWallet}
	w.draw = func(r *rand.Rand, _ int) move {
		return move{kind: kinds[r.IntN(len(kinds))], account: uint64(r.IntN(2)), amount: 1 + r.IntN(2)}
	}
	w.wrong = func(r *rand.Rand, in move, right [2]int) [2]int {
		if in.kind == 'r' || in.kind == 'R' {
			right[0] += r.IntN(3) - 1
		}
		return right
	}
	w.model.Pure = func(in move, _ [2]int) bool { return in.kind == 'r' || in.kind == 'R' }
	w.model.Key = func(in move) (uint64, bool) { return in.account, in.kind == 't' || in.kind == 'R' }
	return w
}

// chance is how often a random history has something.
type chance struct{ unknown, failed, wrong float64 }

// random makes a history of 3 to 7 operations with many ties in time, and sometimes a wrong answer.
func (w world[S, I, O]) random(r *rand.Rand, p chance) *history.History[I, O] {
	h := &history.History[I, O]{}
	var at []time.Duration // when each takes effect
	free := make([]time.Duration, 2+r.IntN(4))
	next := int32(len(free))
	ids := []int32{0, 1, 2, 3, 4, 5}
	for n := range 3 + r.IntN(5) {
		c := r.IntN(len(free))
		call := free[c] + time.Duration(r.IntN(4))
		op := history.Op[I, O]{Client: ids[c], Call: call, Return: call + time.Duration(r.IntN(7)), Input: w.draw(r, n)}
		point := op.Call + time.Duration(r.IntN(int(op.Return-op.Call)+1))
		free[c] = op.Return
		switch x := r.Float64(); {
		case x < p.unknown:
			op.Outcome = history.Unknown
			point = op.Call + time.Duration(r.IntN(30))
			ids[c], next = next, next+1
			if r.IntN(2) == 0 {
				op.Return = history.Never
			}
			if r.IntN(2) == 0 {
				point = history.Never
			}
		case x < p.unknown+p.failed:
			op.Outcome, point = history.Failed, history.Never
		}
		h.Ops, at = append(h.Ops, op), append(at, point)
	}
	w.answer(r, h, at)
	for range 3 {
		if r.Float64() > p.wrong {
			continue
		}
		op := &h.Ops[r.IntN(len(h.Ops))]
		op.Output = w.wrong(r, op.Input, op.Output)
	}
	h.Sort()
	return h
}

// answer fills in what a right system would have said if operations took effect at these times.
func (w world[S, I, O]) answer(r *rand.Rand, h *history.History[I, O], at []time.Duration) {
	order := r.Perm(len(h.Ops))
	slices.SortStableFunc(order, func(i, j int) int { return int(min(at[i], 1000) - min(at[j], 1000)) })
	var state S
	for _, i := range order {
		if at[i] != history.Never {
			state, h.Ops[i].Output = w.exec(state, h.Ops[i].Input)
		}
	}
}
