package sqlcells

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

func TestReports(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		for _, s := range Reports(d) {
			t.Run(s.Name, func(t *testing.T) {
				cellstest.Report(t, s, dsn)
				cellstest.ReportVerdict(t, s, dsn, harness.Clients(8), harness.Ops(max(400, s.Ops)), harness.Seed(1))
			})
		}
	})
}

// TestAReportOfWhatIsGone holds that a row which somebody else has removed is an error that changed nothing, where each row is
// asked for, and that the connection is good after it.
func TestAReportOfWhatIsGone(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, d db.Dialect, dsn string) {
		for _, s := range Reports(d) {
			if s.Name == "one-statement" || s.Name == "in-pages" {
				continue
			}
			t.Run(s.Name, func(t *testing.T) {
				st := s.New(dsn, 1).(*store)
				cellstest.Setup(t, st, 1, 2, 3)
				session := cellstest.Open(t, st, 0)
				st.cells++
				_, err := session.ReadAll(t.Context())
				require.ErrorIs(t, err, db.ErrMissing)
				dbtest.RequireNotApplied(t, err)
				st.cells--
				all, err := session.ReadAll(t.Context())
				require.NoError(t, err)
				require.Equal(t, []int64{1, 2, 3}, all)
			})
		}
	})
}
