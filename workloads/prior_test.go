package workloads_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// TestPrior compares with a look at all operations, of few moments, so that many tie.
func TestPrior(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	none := 0
	for range 2000 {
		h := &history.History[int64, int]{}
		var ops []int
		for i := range r.IntN(8) {
			call := time.Duration(i / 2)
			h.Ops = append(h.Ops, history.Op[int64, int]{
				Client: int32(r.IntN(3)), Call: call, Return: call + time.Duration(r.IntN(3)), Input: r.Int64N(4),
			})
			if r.IntN(2) == 0 {
				ops = append(ops, i)
			}
		}
		rank := func(i int) int64 { return h.Ops[i].Input }
		p := workloads.NewPrior(h, ops, rank)
		for i := range h.Ops {
			before := slices.DeleteFunc(slices.Clone(ops), func(j int) bool { return !workloads.Before(h, j, i) })
			best, some := p.Of(i)
			require.Equal(t, len(before) > 0, some)
			if !some {
				none++
				continue
			}
			require.Contains(t, before, best)
			for _, j := range before {
				require.LessOrEqual(t, rank(j), rank(best))
			}
		}
	}
	require.Greater(t, none, 1000)
}
