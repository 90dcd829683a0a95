package sqljobs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// TestAHeldJobIsLostWithItsConnection holds that a worker whose transaction is gone is refused, and that nothing of it stays.
func TestAHeldJobIsLostWithItsConnection(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		q := setup(t, d, "skip-locked", dsn, 1)
		w := open(t, q)
		job := mustClaim(t, w)
		p.Cut("UPDATE", true)
		_, err := w.Finish(t.Context(), job)
		dbtest.RequireNotApplied(t, err)
		require.True(t, p.HasCut())
		requireFinish(t, w, job, false)
		requireEffects(t, w, job, 0)
	})
}

// TestALostAnswerToCommitProvesNothing holds that a finish whose COMMIT got no answer is unknown, and may have been accepted.
func TestALostAnswerToCommitProvesNothing(t *testing.T) {
	for _, name := range []string{"skip-locked", "lease-with-token"} {
		dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
			q := setup(t, d, name, dsn, 1)
			w := open(t, q)
			job := mustClaim(t, w)
			p.Cut(dbtest.Sent(d, "COMMIT"), true)
			_, err := w.Finish(t.Context(), job)
			dbtest.RequireUnknown(t, err)
			require.True(t, p.HasCut())
			requireEffects(t, w, job, 1)
			requireFinish(t, w, job, false)
		})
	}
}

// TestALostAnswerToAnAutocommit holds the same of a claim that commits by itself.
func TestALostAnswerToAnAutocommit(t *testing.T) {
	dbtest.EachServer(t, func(t *testing.T, d db.Dialect, p *dbtest.Proxy, dsn string) {
		w := open(t, setup(t, d, "update-where-waiting", dsn, 1))
		p.Cut("UPDATE", true)
		_, _, err := w.Claim(t.Context())
		dbtest.RequireUnknown(t, err)
		p.Cut("SELECT id", true)
		_, _, err = w.Claim(t.Context())
		dbtest.RequireNotApplied(t, err)
	})
}
