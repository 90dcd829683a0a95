package doctors_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/doctors"
	"github.com/lostupdate/stress/workloads/internal/simulate"
)

// rota says of each doctor of one shift whether they are on call.
type rota [3]bool

// after gives who is on call after an operation, or that it can't have been answered so.
func after(o *op, on rota) (rota, bool) {
	known, d := o.Outcome == history.OK, o.Input.Doctor
	switch o.Input.Kind {
	case doctors.Status:
		return on, !known || slices.Equal(o.Output.OnCall.Doctors(), on.doctors())
	case doctors.Return:
		on[d] = true
		return on, true
	}
	next := on
	next[d] = false
	refused := next == rota{}
	if refused {
		next = on
	}
	return next, !known || !on[d] || o.Output.Refused == refused // one who has left may be answered either way
}

// leaves is after as a list.
func leaves(o *op, on rota) []rota {
	if next, ok := after(o, on); ok {
		return []rota{next}
	}
	return nil
}

func (on rota) doctors() []int {
	all := []int{}
	for d := range on {
		if on[d] {
			all = append(all, d)
		}
	}
	return all
}

// bruteForce decides two shifts of the number of doctors.
func bruteForce(ops []op, n int) bool {
	var on rota
	for d := range n {
		on[d] = true
	}
	for key := range int32(2) {
		var own []op
		for _, o := range ops {
			if o.Input.Shift == key && o.Outcome != history.Failed {
				own = append(own, o)
			}
		}
		if !simulate.Possible(own, on, leaves) {
			return false
		}
	}
	return true
}

// lax says whether the leaves named, with all returns that are known, can have led to a status of nobody, if all may leave.
func lax(ops []op, named []int, n int) bool {
	var own []op
	for i, o := range ops {
		switch back := o.Input.Kind == doctors.Return && o.Outcome == history.OK; {
		case slices.Contains(named, i) && o.Input.Kind == doctors.Leave:
			o.Outcome = history.OK
			own = append(own, o)
		case slices.Contains(named, i), back && o.Input.Shift == ops[named[0]].Input.Shift:
			own = append(own, o)
		}
	}
	on := rota{}
	for d := range n {
		on[d] = true
	}
	return simulate.Possible(own, on, func(o *op, on rota) []rota {
		if o.Input.Kind == doctors.Leave {
			on[o.Input.Doctor] = false
			return []rota{on}
		}
		return leaves(o, on)
	})
}

// random makes a history that is right but for a few answers, with many ties of times.
func random(r *rand.Rand, n int) []op {
	var on [2]rota
	for d := range n {
		on[0][d], on[1][d] = true, true
	}
	ops := make([]op, 1+r.IntN(6))
	for i := range ops {
		o := &ops[i]
		at := time.Duration(2 * i)
		o.Client, o.Call, o.Return = int32(i), max(0, at-time.Duration(r.IntN(5))), at+time.Duration(r.IntN(5))
		o.Input = in{Kind: []doctors.Kind{0, 0, 0, 0, 1, 1, 2, 2}[r.IntN(8)], Shift: int32(r.IntN(5) / 4), Doctor: int32(r.IntN(n))}
		answer(r, o, &on[o.Input.Shift])
	}
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
	return ops
}

func answer(r *rand.Rand, o *op, on *rota) {
	next, _ := after(&op{Outcome: history.Unknown, Input: o.Input}, *on)
	switch n := r.IntN(10); {
	case n == 0:
		o.Outcome = history.Failed
		return
	case n < 2:
		o.Outcome, o.Return = history.Unknown, history.Never
		if r.IntN(2) == 0 {
			return
		}
	case o.Input.Kind == doctors.Leave:
		o.Output.Refused = next == *on && (on[o.Input.Doctor] || r.IntN(2) == 0)
		if r.IntN(4) == 0 && o.Output.Refused {
			o.Output.Refused = false
			next[o.Input.Doctor] = false // as it goes with write skew
		}
	case o.Input.Kind == doctors.Status:
		o.Output.OnCall = doctors.Of(on.doctors()...)
		switch r.IntN(12) {
		case 0:
			o.Output.OnCall ^= doctors.Of(0)
		case 1:
			o.Output.OnCall = 0
		}
	}
	*on = next
}

// TestAgainstAllOrders compares the check, and the model alone, with a search through all orders, and holds that the
// operations which an anomaly names are wrong by themselves.
func TestAgainstAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[string]int{}
	for n := range simulate.Volume(100_000) {
		of := 2 + n%2
		h := &hist{Ops: random(r, of)}
		want := checkers.Valid
		if !bruteForce(h.Ops, of) {
			want = checkers.Invalid
		}
		v := mustNew(t, 2, of).Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		require.Equal(t, want, linear.Check(context.Background(), doctors.Model(of), h).Status, "%d: %+v", n, h.Ops)
		seen[want.String()]++
		for _, a := range v.Anomalies {
			seen[a.Name]++
			if a.Name == checkers.WriteSkew {
				proves(t, h, of, a, seen)
			}
		}
	}
	for _, what := range []string{"valid", "invalid", checkers.WriteSkew, checkers.NonLinearizable, "leaves", "empty"} {
		require.Greater(t, seen[what], simulate.Volume(200), "%s: %v", what, seen)
	}
	t.Log(seen)
}

// proves holds that the operations are wrong by themselves, and that leaves alone are all needed.
func proves(t *testing.T, h *hist, of int, a checkers.Anomaly, seen map[string]int) {
	t.Helper()
	named := make([]op, 0, len(a.Ops))
	for _, i := range a.Ops {
		named = append(named, h.Ops[i])
	}
	require.False(t, bruteForce(named, of), "%s: %+v", a.Message, h.Ops)
	if len(named) > of {
		seen["empty"]++
		require.True(t, lax(h.Ops, a.Ops, of), "%s: %+v", a.Message, h.Ops)
		return
	}
	seen["leaves"]++
	for i := range named {
		require.True(t, bruteForce(slices.Delete(slices.Clone(named), i, i+1), of), "%s: %+v", a.Message, h.Ops)
	}
}
