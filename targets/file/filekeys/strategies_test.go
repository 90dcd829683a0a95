package filekeys

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/file/internal/disktest"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errGaveUp = errors.New("gave up")

func each(t *testing.T, fn func(t *testing.T, s keys.Strategy)) {
	t.Helper()
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { fn(t, s) })
	}
}

func TestSequential(t *testing.T) {
	each(t, func(t *testing.T, s keys.Strategy) { keystest.Sequential(t, s, "") })
}

// TestNothingIsLeft holds that Close removes what Setup made, whenever it comes.
func TestNothingIsLeft(t *testing.T) {
	folder := disktest.TemporaryFolder(t)
	each(t, func(t *testing.T, s keys.Strategy) {
		st := s.New("", 1).(*store)
		require.NoError(t, st.Close(t.Context()), "before Setup")
		_, err := st.Open(t.Context(), 0)
		require.ErrorContains(t, err, "Open before Setup")
		require.NoError(t, st.Setup(t.Context(), 1))
		session, err := st.Open(t.Context(), 0)
		require.NoError(t, err)
		_, err = session.Create(t.Context(), 0)
		require.NoError(t, err)
		for _, name := range disktest.Names(t, st.Dir) {
			require.NotContains(t, name, ".tmp")
		}
		require.NoError(t, session.Close())
		require.NoError(t, st.Close(t.Context()))
		require.Empty(t, disktest.Names(t, folder))
	})
}

func TestNowhereToMakeAFolder(t *testing.T) {
	require.NoError(t, os.Remove(disktest.TemporaryFolder(t)))
	require.ErrorContains(t, Strategies()[0].New("", 1).Setup(t.Context(), 1), "set TMPDIR to a folder")
}

func TestAnEmptyResultIsWaitedFor(t *testing.T) {
	st := keystest.Find(t, Strategies(), "o-excl").New("", 1).(*store)
	keystest.Setup(t, st, 1)
	require.NoError(t, os.WriteFile(result(&st.Place, 0), nil, 0o600))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	session := keystest.Open(t, st, 0)
	_, err := session.Create(ctx, 0)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.NoError(t, os.WriteFile(result(&st.Place, 0), []byte("12"), 0o600))
	r, err := session.Create(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, keys.Result{Found: true, ID: 12}, r)
}

func TestAnEmptyResultIsNone(t *testing.T) {
	st := keystest.Find(t, Strategies(), "o-excl-then-write").New("", 1).(*store)
	keystest.Setup(t, st, 1)
	require.NoError(t, os.WriteFile(result(&st.Place, 0), nil, 0o600))
	r, err := keystest.Open(t, st, 0).Create(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, keys.Result{}, r)
}
