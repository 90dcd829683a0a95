package sqlcells

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// TestConflictsUnderContention holds what strategies make of conflicts: those that refuse leave them to their callers,
// the others that are correct and meet any try again until they have succeeded. The verdicts of all strategies are in
// the test of the catalogue.
func TestConflictsUnderContention(t *testing.T) {
	retry := map[string][]string{
		"sqlite":   {"optimistic"},
		"postgres": {"optimistic", "repeatable-read", "serializable"},
		"mariadb":  {"compare-and-set", "snapshot-isolation", "serializable"},
	}
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		run := func(t *testing.T, s cells.Strategy) harness.Stats {
			v, stats := cellstest.Run(t, s, dsn, cells.CounterWorkload,
				harness.Clients(8), harness.Ops(300), harness.Seed(7), harness.AllowVacuous())
			cellstest.RequireVerdict(t, "", v)
			require.Zero(t, stats.Unknown)
			return stats
		}
		for _, s := range Strategies(d) {
			if s.Refuses {
				t.Run(s.Name, func(t *testing.T) {
					stats := run(t, s)
					require.Positive(t, stats.Failed)
					require.Zero(t, stats.Retries)
				})
			}
		}
		for _, name := range retry[d.Name()] {
			t.Run(name, func(t *testing.T) {
				stats := run(t, cellstest.Find(t, Strategies(d), name))
				require.Zero(t, stats.Failed)
				require.Positive(t, stats.Retries)
			})
		}
	})
}
