package filecells

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/file/internal/disktest"
)

// TestNothingIsLeft holds that Close removes what Setup made, whenever it comes.
func TestNothingIsLeft(t *testing.T) {
	folder := disktest.TemporaryFolder(t)
	each(t, func(t *testing.T, s cells.Strategy) {
		store := s.New("", 1)
		require.NoError(t, store.Close(t.Context()), "before Setup")
		_, err := store.Open(t.Context(), 0)
		require.ErrorContains(t, err, "Open before Setup")
		require.NoError(t, store.Setup(t.Context(), []int64{1}))
		require.Len(t, disktest.Names(t, folder), 1)
		session, err := store.Open(t.Context(), 0)
		require.NoError(t, err)
		_, err = session.Apply(t.Context(), increment)
		require.NoError(t, err)
		require.NoError(t, session.Close())
		require.NoError(t, store.Close(t.Context()))
		require.NoError(t, store.Close(t.Context()), "again")
		require.Empty(t, disktest.Names(t, folder))
		require.Contains(t, store.Version(), "files (")
	})
}

// TestNoTemporaryFilesStay holds that an operation leaves what the store is made of, and nothing else.
func TestNoTemporaryFilesStay(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		st := s.New("", 1).(*store)
		cellstest.Setup(t, st, 0)
		_, err := cellstest.Open(t, st, 0).Apply(t.Context(), increment)
		require.NoError(t, err)
		entries, err := os.ReadDir(st.Dir)
		require.NoError(t, err)
		for _, e := range entries {
			require.NotContains(t, e.Name(), ".tmp")
		}
	})
}

func TestNowhereToMakeAFolder(t *testing.T) {
	require.NoError(t, os.Remove(disktest.TemporaryFolder(t)))
	require.ErrorContains(t, Strategies()[0].New("", 1).Setup(t.Context(), []int64{1}), "set TMPDIR to a folder")
}

// TestALockFileIsWaitedForNoLongerThanTheContext holds that giving up leaves another's lock alone.
func TestALockFileIsWaitedForNoLongerThanTheContext(t *testing.T) {
	st := cellstest.Find(t, Strategies(), "lock-file").New("", 1).(*store)
	cellstest.Setup(t, st, 5)
	require.NoError(t, os.WriteFile(st.Lock(), nil, 0o600))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	session := cellstest.Open(t, st, 0)
	_, err := session.Apply(ctx, increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errGaveUp)
	require.FileExists(t, st.Lock())
	require.NoError(t, os.Remove(st.Lock()))
	_, err = session.Apply(t.Context(), increment)
	require.NoError(t, err)
	require.NoFileExists(t, st.Lock())
}

func TestATornDocumentIsFresh(t *testing.T) {
	for _, text := range []string{"", `{"0":5`, `{"0":5}}`} {
		st := cellstest.Find(t, Strategies(), "read-modify-write").New("", 1).(*store)
		cellstest.Setup(t, st, 5, 6)
		require.NoError(t, os.WriteFile(st.State(), []byte(text), 0o600))
		session := cellstest.Open(t, st, 0)
		_, err := session.Apply(t.Context(), increment)
		require.NoError(t, err)
		all, err := session.ReadAll(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1, 0}, all, "of %q", text)
	}
}

func TestATornDocumentIsAnErrorWhereNobodyWritesInPlace(t *testing.T) {
	st := cellstest.Find(t, Strategies(), "flock").New("", 1).(*store)
	cellstest.Setup(t, st, 5)
	require.NoError(t, os.WriteFile(st.State(), []byte(`{"0":`), 0o600))
	_, err := cellstest.Open(t, st, 0).Apply(t.Context(), increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorContains(t, err, "5 bytes that are no document")
}

func TestJournalLines(t *testing.T) {
	st := cellstest.Find(t, Strategies(), "append-log").New("", 1).(*store)
	cellstest.Setup(t, st, 5)
	session := cellstest.Open(t, st, 0)
	add := func(text string) {
		f, err := os.OpenFile(log(&st.Place), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	half := string(entry{By: 7, Change: increment}.line())
	add(half[:9])
	v, err := session.Read(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, int64(5), v, "a line without its end is still being written")
	add(half[9:])
	v, err = session.Read(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, int64(6), v)
	add("nonsense\n")
	_, err = session.Read(t.Context(), 0)
	require.ErrorContains(t, err, "the journal has a line at byte")
	_, err = session.Apply(t.Context(), increment)
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied, "its line was appended")
}
