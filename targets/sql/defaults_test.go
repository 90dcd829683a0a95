package sql

import (
	"context"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
)

// TestDefaultsDoNotDecide gives connections defaults under which the broken transactions would not lose, and holds
// that they lose all the same.
func TestDefaultsDoNotDecide(t *testing.T) {
	for _, d := range []Dialect{Postgres(), MariaDB()} {
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

// strictDSN asks for the strictest defaults.
func strictDSN(t *testing.T, d Dialect) string {
	t.Helper()
	if d.Name() == "postgres" {
		_, through := throughProxy(t, d, dsnOf(t, d))
		return through + " options='-c default_transaction_isolation=serializable'"
	}
	config, err := mysql.ParseDSN(dsnOf(t, d))
	require.NoError(t, err)
	config.Params = map[string]string{"innodb_snapshot_isolation": "ON", "tx_isolation": "'SERIALIZABLE'"}
	return config.FormatDSN()
}
