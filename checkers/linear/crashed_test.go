package linear

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lostupdate/stress/checkers"
)

// The effort grows with the square of the number of crashed writes, not with the number of their subsets.
func TestCrashedWritesAreCheap(t *testing.T) {
	m, steps := registerWorld().model, 0
	step, effect := m.Step, m.Effect
	m.Step = func(state int, in put, out got) (int, bool) { steps++; return step(state, in, out) }
	m.Effect = func(state int, in put) (int, bool) { steps++; return effect(state, in) }
	m.Leads, m.Sets = nil, nil
	for _, writes := range [...]int{7, 14, 28} {
		steps = 0
		v := Check(t.Context(), m, crashed(writes), WithoutProofs())
		assert.Equal(t, checkers.Invalid, v.Status)
		assert.Equal(t, 200+writes, v.Anomalies[0].Ops[len(v.Anomalies[0].Ops)-1], "the last read is blamed")
		assert.Less(t, steps, 4_000*writes*writes)
		t.Log(writes, steps)
	}
}
