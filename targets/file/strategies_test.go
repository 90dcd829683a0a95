package file

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

func each(t *testing.T, fn func(t *testing.T, s cells.Strategy)) {
	t.Helper()
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { fn(t, s) })
	}
}

func eachOfKeys(t *testing.T, fn func(t *testing.T, s keys.Strategy)) {
	t.Helper()
	for _, s := range Keys() {
		t.Run(s.Name, func(t *testing.T) { fn(t, s) })
	}
}

func TestSequential(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) { cellstest.Sequential(t, s, "", 200) })
}

func TestKeysSequential(t *testing.T) {
	eachOfKeys(t, func(t *testing.T, s keys.Strategy) { keystest.Sequential(t, s, "") })
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
