package memcells

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

func each(t *testing.T, fn func(t *testing.T, s cells.Strategy)) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { fn(t, s) })
	}
}

func TestSequential(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) { cellstest.Sequential(t, s, "", 2000) })
}

func TestVerdicts(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		for seed := range uint64(5) {
			cellstest.Verdicts(t, s, "", harness.Clients(8), harness.Ops(800), harness.Seed(seed+1))
		}
	})
}

func TestCorrectLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		if s.Correct() {
			require.Zero(t, cellstest.Lost(t, s, "", 8, 1000))
		}
	})
}

// A wallet's snapshots add up with every strategy but the one that reads cell by cell.
func TestSnapshotsAddUp(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		if s.Correct() && s.Serves(cells.WalletWorkload) {
			store := s.New("", 1)
			cellstest.Setup(t, store, 1000, 1000, 1000)
			mover, reader := cellstest.Open(t, store, 0), cellstest.Open(t, store, 1)
			moving := make(chan error)
			go func() { moving <- move(t.Context(), mover, 2000) }()
			for range 2000 {
				all, err := reader.ReadAll(t.Context())
				require.NoError(t, err)
				require.Equal(t, int64(3000), all[0]+all[1]+all[2], "%v", all)
			}
			require.NoError(t, <-moving)
		}
	})
}

func move(ctx context.Context, s cells.Session, times int) error {
	for i := range times {
		c := cells.Change{Kind: cells.Move, Key: i % 3, To: (i + 1) % 3, Delta: 1}
		if _, err := s.Apply(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
