package filecells

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

var (
	increment = cells.Change{Kind: cells.Add, Delta: 1}
	errGaveUp = errors.New("gave up")
)

func each(t *testing.T, fn func(t *testing.T, s cells.Strategy)) {
	t.Helper()
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { fn(t, s) })
	}
}

func TestSequential(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) { cellstest.Sequential(t, s, "", 200) })
}

func TestVerdicts(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		cellstest.Verdicts(t, s, "", harness.Clients(8), harness.Ops(max(400, s.Ops)), harness.Seed(1))
	})
}

func TestCorrectLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		if s.Correct() {
			require.Zero(t, cellstest.Lost(t, s, "", 4, 50))
		}
	})
}
