package quota_test

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
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/quota"
)

const limit = 3

// after gives what is used after an operation, or that it can't have been answered so.
func after(o *op, used int64) (int64, bool) {
	sum := used + o.Input.Amount
	switch {
	case o.Outcome == history.Unknown && o.Input.Kind == quota.Take:
		return sum, sum <= limit
	case o.Outcome == history.Unknown:
		return used, true
	case o.Input.Kind == quota.Used:
		return used, o.Output.Used == used
	case o.Output.Refused:
		return used, sum > limit
	}
	return sum, sum <= limit
}

// left is after as a list.
func left(o *op, used int64) []int64 {
	if next, ok := after(o, used); ok {
		return []int64{next}
	}
	return nil
}

func bruteForce(ops []op) bool {
	for key := range int32(2) {
		var own []op
		for _, o := range ops {
			if o.Input.Quota == key && o.Outcome != history.Failed {
				own = append(own, o)
			}
		}
		if !simulate.Possible(own, 0, left) {
			return false
		}
	}
	return true
}

// random makes a history that is right but for a few answers, with many ties of times.
func random(r *rand.Rand) []op {
	used := make([]int64, 2)
	ops := make([]op, 1+r.IntN(6))
	for i := range ops {
		o := &ops[i]
		at := time.Duration(2 * i)
		o.Client, o.Call, o.Return = int32(i), max(0, at-time.Duration(r.IntN(5))), at+time.Duration(r.IntN(5))
		o.Input = in{Kind: quota.Kind(r.IntN(2)), Quota: int32(r.IntN(4) / 3)}
		if o.Input.Kind == quota.Take {
			o.Input.Amount = 1 + r.Int64N(2)
		}
		o.Phase = history.Phase(i / 5 * int(history.Final)) // the last of six
		answer(r, o, &used[o.Input.Quota])
	}
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
	return ops
}

func answer(r *rand.Rand, o *op, used *int64) {
	next, ok := after(&op{Outcome: history.Unknown, Input: o.Input}, *used)
	switch n := r.IntN(12); {
	case n == 0:
		o.Outcome = history.Failed
		return
	case n < 3:
		o.Outcome, o.Return = history.Unknown, history.Never
		ok = ok && r.IntN(2) == 0
	case o.Input.Kind == quota.Used:
		o.Output.Used = *used
		if r.IntN(4) == 0 {
			o.Output.Used = max(-1, *used+r.Int64N(5)-2)
		}
	default:
		if r.IntN(9) == 0 {
			ok, next = !ok, *used+o.Input.Amount
		}
		o.Output.Refused = !ok
	}
	if ok {
		*used = next
	}
}

// TestAgainstAllOrders compares the check, and the model alone, with a search through all orders, and holds that the
// operations which an anomaly names are wrong by themselves, and all of them needed but for a refusal's rival.
func TestAgainstAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := mustNew(t, 2, limit)
	seen := map[string]int{}
	for n := range simulate.Volume(100_000) {
		h := &hist{Ops: random(r)}
		want := checkers.Valid
		if !bruteForce(h.Ops) {
			want = checkers.Invalid
		}
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		require.Equal(t, want, linear.Check(context.Background(), quota.Model(limit), h).Status, "%d: %+v", n, h.Ops)
		seen[want.String()]++
		for _, a := range v.Anomalies {
			seen[a.Name]++
			if a.Name != checkers.NonLinearizable {
				proves(t, h, a)
			}
			if a.Name == checkers.LostUpdate {
				require.False(t, shown(h.Ops, a.Ops), "%d: %s: %+v", n, a.Message, h.Ops)
			}
		}
	}
	for _, what := range []string{
		"valid", "invalid", checkers.OverLimit, checkers.FalseRefusal, checkers.LostUpdate, checkers.StaleRead,
		checkers.PhantomUpdate, checkers.NonLinearizable,
	} {
		require.Greater(t, seen[what], simulate.Volume(200), "%s: %v", what, seen)
	}
	t.Log(seen)
}

// shown says whether a read, the last of those named, is not of the end and lacks what one before it found.
func shown(ops []op, named []int) bool {
	last, sum := ops[named[len(named)-1]], int64(0)
	for i := range ops {
		if o := &ops[i]; o.Outcome == history.OK && o.Input.Kind == quota.Take && !o.Output.Refused &&
			o.Input.Quota == last.Input.Quota && o.Return < last.Call {
			sum += o.Input.Amount
		}
	}
	return last.Phase != history.Final && slices.ContainsFunc(ops, func(o op) bool {
		return o.Outcome == history.OK && o.Input.Kind == quota.Used && o.Input.Quota == last.Input.Quota &&
			o.Return < last.Call && o.Output.Used >= sum
	})
}

func proves(t *testing.T, h *hist, a checkers.Anomaly) {
	t.Helper()
	named := make([]op, 0, len(a.Ops))
	for _, i := range a.Ops {
		named = append(named, h.Ops[i])
	}
	require.False(t, bruteForce(named), "%s: %+v", a.Message, h.Ops)
	if a.Name == checkers.OverLimit || a.Name == checkers.LostUpdate || a.Name == checkers.StaleRead {
		for i := range named {
			if len(named) == 1 || named[i].Input.Kind == quota.Used { // without its takes a read is a phantom
				continue
			}
			require.True(t, enough(slices.Delete(slices.Clone(named), i, i+1), a.Name), "%s: %+v", a.Message, h.Ops)
		}
	}
}

// enough says whether takes fit into the limit, or into what the read after them found.
func enough(ops []op, name string) bool {
	room := int64(limit)
	if name != checkers.OverLimit {
		room = ops[len(ops)-1].Output.Used
	}
	for i := range ops {
		room -= ops[i].Input.Amount
	}
	return room >= 0
}
