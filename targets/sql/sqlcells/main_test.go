package sqlcells

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// eachStrategy runs fn with every strategy of every engine.
func eachStrategy(t *testing.T, fn func(t *testing.T, d db.Dialect, s cells.Strategy, dsn string)) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		for _, s := range Strategies(d) {
			t.Run(s.Name, func(t *testing.T) { fn(t, d, s, dsn) })
		}
	})
}

func strategyNamed(t *testing.T, d db.Dialect, name string) cells.Strategy {
	t.Helper()
	return cellstest.Find(t, Strategies(d), name)
}

// setup makes a store that is closed when the test ends.
func setup(t *testing.T, s cells.Strategy, dsn string, initial ...int64) *store {
	t.Helper()
	st, ok := s.New(dsn, 1).(*store)
	require.True(t, ok)
	cellstest.Setup(t, st, initial...)
	return st
}

func open(t *testing.T, st *store) *session {
	t.Helper()
	return cellstest.Open(t, st, 0).(*session)
}

// total reads cell 0 on a connection that has seen nothing of what happened before.
func total(t *testing.T, st *store) int64 {
	t.Helper()
	v, err := open(t, st).Read(context.Background(), 0)
	require.NoError(t, err)
	return v
}
