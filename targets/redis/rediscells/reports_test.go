package rediscells

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

func TestReports(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Reports() {
			t.Run(s.Name, func(t *testing.T) {
				cellstest.Report(t, s, dsn)
				cellstest.ReportVerdict(t, s, dsn, harness.Clients(8), harness.Ops(800), harness.Seed(1))
			})
		}
	})
}

// TestAReportOfWhatIsGone holds that a key which somebody else has deleted is an error that changed nothing.
func TestAReportOfWhatIsGone(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		for _, s := range Reports() {
			store := s.New(dsn, 1)
			cellstest.Setup(t, store, 1, 2, 3)
			session := cellstest.Open(t, store, 0)
			key := store.(reporting).names.cell(1)
			require.NoError(t, conntest.Bystander(t, dsn).Del(t.Context(), key).Err())
			_, err := session.ReadAll(t.Context())
			require.ErrorContains(t, err, "is gone", s.Name)
			conntest.RequireNotApplied(t, err)
		}
	})
}
