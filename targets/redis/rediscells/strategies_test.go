package rediscells

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

func TestSequential(t *testing.T) {
	eachStrategy(t, func(t *testing.T, s cells.Strategy, dsn string) { cellstest.Sequential(t, s, dsn, 150) })
}

func TestVerdicts(t *testing.T) {
	eachStrategy(t, func(t *testing.T, s cells.Strategy, dsn string) {
		t.Parallel() // a lock is mostly waited for
		ops := 800
		if s.Correct() {
			ops = 400 // there is nothing that would have to come about
		}
		cellstest.Verdicts(t, s, dsn, harness.Clients(8), harness.Ops(ops), harness.Seed(1))
	})
}

func TestCorrectLoseNothing(t *testing.T) {
	eachStrategy(t, func(t *testing.T, s cells.Strategy, dsn string) {
		if s.Correct() {
			require.Zero(t, cellstest.Lost(t, s, dsn, 8, 50))
		}
	})
}
