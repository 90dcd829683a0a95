package linear

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// bagWorld holds some of three things: 'p' puts one in, 't' takes any one and says only whether there was one, 'r' asks
// how many there are, 'h' whether one is there.
func bagWorld() world[uint, put, int] {
	w := world[uint, put, int]{name: "bag"}
	w.draw = func(r *rand.Rand, _ int) put { return put{kind: "ppttrh"[r.IntN(6)], to: r.IntN(3)} }
	w.exec = func(state uint, in put) (uint, int) {
		switch in.kind {
		case 'p':
			return state | 1<<in.to, 0
		case 't':
			if state == 0 {
				return 0, 0
			}
			return state & (state - 1), 1
		case 'r':
			return state, bits.OnesCount(state)
		}
		return state, int(state >> in.to & 1)
	}
	w.wrong = func(r *rand.Rand, in put, right int) int {
		if in.kind == 'p' {
			return right
		}
		return r.IntN(2 + right)
	}
	w.model.Steps = func(state uint, in put, out int, list []uint) []uint {
		if _, right := w.exec(state, in); right != out {
			return list
		}
		return w.model.Effects(state, in, list)
	}
	w.model.Effects = func(state uint, in put, list []uint) []uint {
		if in.kind != 't' {
			next, _ := w.exec(state, in)
			return append(list, next)
		}
		for thing := range 3 {
			if state>>thing&1 == 1 {
				list = append(list, state&^(1<<thing))
			}
		}
		if state == 0 {
			list = append(list, 0)
		}
		return list
	}
	w.model.Pure = func(in put, out int) bool { return in.kind == 'r' || in.kind == 'h' || in.kind == 't' && out == 0 }
	return w
}

// blurredWorld is a register whose write stores its value or the next; an unknown one may also store nothing.
func blurredWorld() world[int, put, got] {
	w := uniqueWorld()
	w.name = "blurred"
	w.draw = func(r *rand.Rand, _ int) put { return put{kind: "rrw"[r.IntN(3)], to: 1 + r.IntN(4)} }
	w.wrong = func(r *rand.Rand, in put, right got) got {
		if in.kind == 'r' {
			right.value = r.IntN(6)
		}
		return right
	}
	w.model = Model[int, put, got]{Pure: w.model.Pure}
	w.model.Steps = func(state int, in put, out got, list []int) []int {
		switch {
		case in.kind == 'w':
			return append(list, in.to, in.to+1)
		case out.value == state:
			return append(list, state)
		}
		return list
	}
	w.model.Effects = func(state int, in put, list []int) []int {
		if in.kind == 'w' {
			return append(list, in.to, state, in.to+1)
		}
		return append(list, state)
	}
	w.model.Leads = func(state int, in put, out got) bool { return in.kind != 'r' || state == out.value || out.value > 0 }
	return w
}

// A take that chose one thing is proved by what is there afterwards.
func TestSeveralStatesAreToldApartLater(t *testing.T) {
	m := bagWorld().model
	is := func(thing, there int) history.Op[put, int] {
		return span(1, 11, 11, put{kind: 'h', to: thing}, there)
	}
	h := of(span(1, 0, 1, put{kind: 'p', to: 0}, 0), span(1, 2, 3, put{kind: 'p', to: 2}, 0),
		span(1, 4, 5, put{kind: 't'}, 1), is(0, 1), is(2, 0))
	assert.Equal(t, checkers.Verdict{}, Check(t.Context(), m, h))
	h.Ops[4].Output = 1
	v := Check(t.Context(), m, h)
	assert.Equal(t, checkers.Invalid, v.Status)
	assert.Equal(t, []int{2, 3, 4}, v.Anomalies[0].Ops, v.Anomalies[0].Message)
}
