package sqlcells

import (
	"context"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// TestDefaultsDoNotDecide gives connections defaults under which the broken transactions would not lose, and holds
// that they lose all the same.
func TestDefaultsDoNotDecide(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		for _, name := range []string{"tx-read-uncommitted", "tx-read-committed", "tx-repeatable-read"} {
			t.Run(d.Name()+" "+name, func(t *testing.T) {
				s := strategyNamed(t, d, name)
				if s.Correct() {
					t.Skip("not broken on this engine")
				}
				st := setup(t, s, strictDSN(t, d), 0)
				first, second := open(t, st), open(t, st)
				_, err := first.inTx(context.Background(), func(ctx context.Context) (cells.Effect, error) {
					before, err := first.readCells(ctx, addOne)
					require.NoError(t, err)
					_, err = second.Apply(ctx, addOne)
					require.NoError(t, err)
					return cells.Effect{}, first.writeCells(ctx, addOne, cells.Pair{before[0] + 1})
				})
				require.NoError(t, err)
				require.EqualValues(t, 1, total(t, st))
			})
		}
	}
}

// TestDefaultsDoNotHideTheTable holds that a store works, and is dropped, under defaults with which nothing that is
// written outside a transaction would stay.
func TestDefaultsDoNotHideTheTable(t *testing.T) {
	for _, d := range []db.Dialect{db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			st := strategyNamed(t, d, "atomic").New(looseDSN(t, d), 1).(*store)
			require.NoError(t, st.Setup(t.Context(), []int64{41}))
			_, err := open(t, st).Apply(t.Context(), addOne)
			require.NoError(t, err)
			got, err := open(t, st).Read(t.Context(), 0)
			require.NoError(t, err)
			require.EqualValues(t, 42, got)
			require.NoError(t, st.Close(t.Context()))
		})
	}
}

// looseDSN asks for defaults that keep nothing.
func looseDSN(t *testing.T, d db.Dialect) string {
	t.Helper()
	if d.Name() == "postgres" {
		_, through := dbtest.ThroughProxy(t, d, dbtest.DSN(t, d))
		return through + " options='-c default_transaction_read_only=on'"
	}
	config, err := mysql.ParseDSN(dbtest.DSN(t, d))
	require.NoError(t, err)
	config.Params = map[string]string{"autocommit": "0"}
	return config.FormatDSN()
}

// strictDSN asks for the strictest defaults.
func strictDSN(t *testing.T, d db.Dialect) string {
	t.Helper()
	if d.Name() == "postgres" {
		_, through := dbtest.ThroughProxy(t, d, dbtest.DSN(t, d))
		return through + " options='-c default_transaction_isolation=serializable'"
	}
	config, err := mysql.ParseDSN(dbtest.DSN(t, d))
	require.NoError(t, err)
	config.Params = map[string]string{"innodb_snapshot_isolation": "ON", "tx_isolation": "'SERIALIZABLE'"}
	return config.FormatDSN()
}
