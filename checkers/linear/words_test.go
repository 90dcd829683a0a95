package linear

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// span makes an operation that was OK.
func span[I, O any](client int32, call, ret time.Duration, in I, out O) history.Op[I, O] {
	return history.Op[I, O]{Client: client, Call: call, Return: ret, Input: in, Output: out}
}

func of[I, O any](ops ...history.Op[I, O]) *history.History[I, O] {
	return &history.History[I, O]{Ops: ops}
}

func wordyRegister() Model[int, put, got] {
	m := registerWorld().model
	m.Describe = func(in put, out got) string {
		if in.kind == 'r' {
			return fmt.Sprintf("read → %d", out.value)
		}
		return fmt.Sprintf("write %d", in.to)
	}
	return m
}

func read(client int32, call, ret time.Duration, value int) history.Op[put, got] {
	return span(client, call, ret, put{kind: 'r'}, got{value: value})
}

func write(client int32, call, ret time.Duration, value int) history.Op[put, got] {
	return span(client, call, ret, put{kind: 'w', to: value}, got{})
}

// theAnomaly checks a history that must be illegal in one object, and gives what is said of it.
func theAnomaly[S comparable, I, O any](t *testing.T, m Model[S, I, O], h *history.History[I, O]) checkers.Anomaly {
	t.Helper()
	v := Check(t.Context(), m, h)
	require.Equal(t, checkers.Invalid, v.Status, "%+v", v)
	require.Len(t, v.Anomalies, 1)
	assert.Equal(t, checkers.NonLinearizable, v.Anomalies[0].Name)
	return v.Anomalies[0]
}

func TestStaleReadIsShrunkToThreeOperations(t *testing.T) {
	a := theAnomaly(t, wordyRegister(), of(
		write(1, 0, 1, 7), read(2, 2, 3, 7), write(1, 4, 5, 1), read(3, 4, 9, 1), write(2, 10, 12, 2), read(3, 11, 14, 2),
		read(1, 13, 15, 1), read(2, 20, 21, 2),
	))
	assert.Equal(t, []int{2, 4, 6}, a.Ops, a.Message)
	assert.Equal(t, "no order of the operations explains op #6 (client 1: read → 1): every order of those that returned "+
		"before it ends in state 2; it contradicts op #4 (client 2: write 2) and op #2 (client 1: write 1) even if every "+
		"other operation took effect late or never", a.Message)
}

func TestReadOfWhatNobodyWrote(t *testing.T) {
	a := theAnomaly(t, wordyRegister(), of(write(1, 0, 5, 1), write(2, 0, 6, 2), read(3, 1, 7, 9)))
	assert.Equal(t, []int{2}, a.Ops)
	assert.Equal(t, "no order of the operations explains op #2 (client 3: read → 9): every order of those that returned "+
		"before it ends in state 1 or 2", a.Message)
}

func TestLostAdd(t *testing.T) {
	w := hotFetchAdd()
	h := w.load(3, 8, 5000, 0)
	for i := 2500; i < len(h.Ops); i++ {
		h.Ops[i].Output-- // one update was overwritten: two saw the same value
	}
	a := theAnomaly(t, w.model, h)
	require.LessOrEqual(t, len(a.Ops), fewEnough, a.Message)
	blamed := a.Ops[len(a.Ops)-1]
	twin := false
	for _, i := range a.Ops[:len(a.Ops)-1] {
		twin = twin || h.Ops[i].Output == h.Ops[blamed].Output
	}
	assert.True(t, twin || len(a.Ops) > 1, "%v", a)
	t.Log(a)
}

func TestLostBlindAdd(t *testing.T) {
	h := of[int, int]()
	for n := range 300 {
		h.Ops = append(h.Ops, span(int32(n%3), time.Duration(10*n), time.Duration(10*n+5), 1, 0))
	}
	h.Ops = append(h.Ops, span(0, 5000, 5001, 0, 299))
	a := theAnomaly(t, counterWorld("counter", 1).model, h)
	assert.Contains(t, a.Message, "every order of those that returned before it ends in state 300")
	assert.Contains(t, a.Message, "operations called first")
	assert.LessOrEqual(t, len(a.Ops), fewEnough)
	assert.Contains(t, a.Ops, 300)
}

// What came before a window may have gone in more ways than a small table holds.
func TestManyWaysIntoAWindow(t *testing.T) {
	m := counterWorld("counter", 1).model
	step := m.Step
	m.Step = func(state, in, out int) (int, bool) {
		if in < 0 {
			return state, true // only passes time
		}
		return step(state, in, out)
	}
	h := of[int, int]()
	for n := range 9 {
		h.Ops = append(h.Ops, span(int32(n), 0, 1000, 1<<n, 0))
	}
	for n := range time.Duration(20) {
		h.Ops = append(h.Ops, span(50, 10*n+1, 10*n+2, -1, 0))
	}
	h.Ops = append(h.Ops, span(50, 500, 501, 0, 9999))
	v := Check(t.Context(), m, h, withWindows(4))
	require.Equal(t, checkers.Invalid, v.Status, "%+v", v)
	assert.Contains(t, v.Anomalies[0].Ops, 29)
}

func TestObjectsAreNamedAndOrderedInTime(t *testing.T) {
	w := walletWorld("accounts", "dr")
	w.model.Object = func(key uint64) string { return fmt.Sprintf("account %d", key) }
	deposit := func(at time.Duration, account uint64) history.Op[move, [2]int] {
		return span(1, at, at+1, move{kind: 'd', account: account, amount: 1}, [2]int{})
	}
	balance := func(at time.Duration, account uint64, is int) history.Op[move, [2]int] {
		return span(1, at, at+1, move{kind: 'r', account: account}, [2]int{is})
	}
	h := of(deposit(0, 0), deposit(2, 1), balance(4, 1, 0), balance(6, 0, 2), balance(8, 0, 1))
	v := Check(t.Context(), w.model, h)
	require.Equal(t, checkers.Invalid, v.Status)
	require.Len(t, v.Anomalies, 2)
	assert.Equal(t, "account 1", v.Anomalies[0].Object)
	assert.Equal(t, []int{1, 2}, v.Anomalies[0].Ops)
	assert.Equal(t, "account 0", v.Anomalies[1].Object)
	assert.Equal(t, []int{3}, v.Anomalies[1].Ops)
}

func TestMalformedIsUndecided(t *testing.T) {
	backwards := of(read(1, 5, 4, 9))
	overlapping := of(read(1, 0, 10, 9), read(1, 5, 15, 9))
	open := of(history.Op[put, got]{Client: 1, Call: 0, Return: history.Never, Outcome: history.Unknown}, read(1, 5, 6, 9))
	odd := of(history.Op[put, got]{Outcome: 77, Return: 1})
	for _, h := range []*history.History[put, got]{backwards, overlapping, open, odd} {
		v := Check(t.Context(), wordyRegister(), h)
		assert.Equal(t, checkers.Undecided, v.Status)
		assert.Contains(t, v.Reason, "malformed: ")
		assert.Empty(t, v.Anomalies)
	}
}

func TestOneClientMayReturnAndCallAtOneInstant(t *testing.T) {
	v := Check(t.Context(), wordyRegister(), of(write(1, 0, 5, 1), read(1, 5, 5, 1), read(1, 5, 8, 1)))
	assert.Equal(t, checkers.Verdict{}, v)
}

func TestNothingToCheckIsValid(t *testing.T) {
	assert.Equal(t, checkers.Verdict{}, Check(t.Context(), wordyRegister(), of[put, got]()))
	failed := read(1, 0, 1, 9)
	failed.Outcome = history.Failed
	assert.Equal(t, checkers.Verdict{}, Check(t.Context(), wordyRegister(), of(failed)))
}

func TestUnknownWithoutEffectIsUndecided(t *testing.T) {
	m := wordyRegister()
	m.Effect = nil
	op := write(1, 0, 1, 1)
	op.Outcome = history.Unknown
	v := Check(t.Context(), m, of(op))
	assert.Equal(t, checkers.Undecided, v.Status)
	assert.Contains(t, v.Reason, "Effect")
}

// hard is a history whose search has no end in sight: sums of many different adds, and a read that none gives.
func hard() (Model[int, int, int], *history.History[int, int]) {
	h := of[int, int]()
	for n := range 60 {
		h.Ops = append(h.Ops, span(int32(n), 0, 100, 2<<(n%30)+2*n, 0))
	}
	h.Ops = append(h.Ops, span(99, 50, 60, 0, 1))
	m := counterWorld("counter", 1).model
	m.Leads = nil
	return m, h
}

func TestMemoryBoundIsHonoured(t *testing.T) {
	m, h := hard()
	v := Check(t.Context(), m, h, WithMemory(1<<20))
	assert.Equal(t, checkers.Undecided, v.Status)
	assert.Equal(t, "the search used up its memory of 1 MiB (61 operations, up to 61 open at once)", v.Reason)
	v = Check(t.Context(), m, h, WithMemory(0))
	assert.Equal(t, checkers.Undecided, v.Status)
}

func TestContextIsHonoured(t *testing.T) {
	m, h := hard()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v := Check(ctx, m, h, WithMemory(math.MaxInt64))
	assert.Equal(t, checkers.Undecided, v.Status)
	assert.Contains(t, v.Reason, "context canceled")

	ctx, cancel = context.WithCancel(t.Context())
	steps, step := 0, m.Step
	m.Step = func(state, in, out int) (int, bool) { // cancelled in the midst of the search
		if steps++; steps == 10_000 {
			cancel()
		}
		return step(state, in, out)
	}
	v = Check(ctx, m, h)
	assert.Equal(t, checkers.Undecided, v.Status)
	assert.Less(t, steps, 10_000+2*fuel)
}

// An object that is too hard must not hide the violation in another.
func TestInvalidWinsOverHard(t *testing.T) {
	m, h := hard()
	type input struct {
		key uint64
		add int
	}
	keyed := Model[int, input, int]{
		Step: func(state int, in input, out int) (int, bool) { return m.Step(state, in.add, out) },
		Key:  func(in input) (uint64, bool) { return in.key, false },
		Pure: func(in input, _ int) bool { return in.add == 0 },
	}
	two := of(span(500, 0, 1, input{1, 1}, 0), span(500, 2, 3, input{1, 0}, 0))
	for _, op := range h.Ops {
		two.Ops = append(two.Ops, span(op.Client, op.Call+10, op.Return+10, input{2, op.Input}, op.Output))
	}
	v := Check(t.Context(), keyed, two)
	require.Equal(t, checkers.Invalid, v.Status)
	require.Len(t, v.Anomalies, 1)
	assert.Equal(t, "object 1", v.Anomalies[0].Object)
	assert.Equal(t, []int{0, 1}, v.Anomalies[0].Ops)
	assert.Contains(t, v.Reason, "object 2, 61 operations")
}

// Inputs that cannot be compared make the search slower, not wrong.
func TestIncomparableInputs(t *testing.T) {
	add := func(state int, in any, out []int) (int, bool) {
		if in == nil {
			return state, len(out) == 1 && out[0] == state
		}
		return state + len(in.([]int)), true
	}
	m := Model[int, any, []int]{Step: add}
	one := any([]int{1})
	var nothing []int
	h := of(span(1, 0, 9, one, nothing), span(2, 0, 9, one, nothing), span(3, 0, 9, any(nil), []int{1}))
	assert.Equal(t, checkers.Valid, Check(t.Context(), m, h).Status)
	h.Ops[2].Output[0] = 3
	assert.Equal(t, checkers.Invalid, Check(t.Context(), m, h).Status)
}
