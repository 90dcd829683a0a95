package sql

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func dialects() []Dialect { return []Dialect{SQLite(), Postgres(), MariaDB()} }

// eachEngine runs fn on SQLite, and on the servers that the test may use.
func eachEngine(t *testing.T, fn func(t *testing.T, d Dialect, dsn string)) {
	for _, d := range dialects() {
		t.Run(d.Name(), func(t *testing.T) { fn(t, d, dsnOf(t, d)) })
	}
}

func dsnOf(t *testing.T, d Dialect) string {
	t.Helper()
	if !d.NeedsDSN() {
		return t.TempDir()
	}
	return testenv.DSN(t, d.Name())
}

// eachStrategy runs fn with every strategy of every engine.
func eachStrategy(t *testing.T, fn func(t *testing.T, d Dialect, s cells.Strategy, dsn string)) {
	eachEngine(t, func(t *testing.T, d Dialect, dsn string) {
		for _, s := range Strategies(d) {
			t.Run(s.Name, func(t *testing.T) { fn(t, d, s, dsn) })
		}
	})
}

func strategyNamed(t *testing.T, d Dialect, name string) cells.Strategy {
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
