package linear_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/internal/contest"
	"github.com/lostupdate/stress/internal/loads"
)

// The effort grows with the square of the number of crashed writes, not with the number of their subsets.
func TestCrashedWritesAreCheap(t *testing.T) {
	m, steps := contest.Register(), 0
	step, effect := m.Step, m.Effect
	m.Step = func(state int, in loads.Put, out loads.Got) (int, bool) { steps++; return step(state, in, out) }
	m.Effect = func(state int, in loads.Put) (int, bool) { steps++; return effect(state, in) }
	m.Leads, m.Sets = nil, nil
	for _, writes := range [...]int{7, 14, 28} {
		steps = 0
		v := linear.Check(t.Context(), m, loads.Crashed(writes), linear.WithoutProofs())
		assert.Equal(t, checkers.Invalid, v.Status)
		assert.Equal(t, 200+writes, v.Anomalies[0].Ops[len(v.Anomalies[0].Ops)-1], "the last read is blamed")
		assert.Less(t, steps, 4_000*writes*writes)
		t.Log(writes, steps)
	}
}
