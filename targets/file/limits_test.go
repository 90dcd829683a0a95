package file

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

var (
	increment = cells.Change{Kind: cells.Add, Delta: 1}
	errGaveUp = errors.New("gave up")
)

func TestNothingIsLeft(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder) // on Unix
	t.Setenv("TMP", folder)    // on Windows
	left := func() int {
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		return len(entries)
	}
	each(t, func(t *testing.T, s cells.Strategy) {
		store := s.New("", 1)
		require.NoError(t, store.Close(t.Context()), "before Setup")
		_, err := store.Open(t.Context(), 0)
		require.ErrorIs(t, err, errNotSetUp)
		require.NoError(t, store.Setup(t.Context(), []int64{1}))
		require.Equal(t, 1, left())
		session, err := store.Open(t.Context(), 0)
		require.NoError(t, err)
		_, err = session.Apply(t.Context(), increment)
		require.NoError(t, err)
		require.NoError(t, session.Close())
		require.NoError(t, store.Close(t.Context()))
		require.NoError(t, store.Close(t.Context()), "again")
		require.Zero(t, left())
		require.Contains(t, store.Version(), "files (")
	})
	eachOfKeys(t, func(t *testing.T, s keys.Strategy) {
		store := s.New("", 1)
		require.NoError(t, store.Close(t.Context()), "before Setup")
		_, err := store.Open(t.Context(), 0)
		require.ErrorIs(t, err, errNotSetUp)
		require.NoError(t, store.Setup(t.Context(), 1))
		session, err := store.Open(t.Context(), 0)
		require.NoError(t, err)
		_, err = session.Create(t.Context(), 0)
		require.NoError(t, err)
		require.NoError(t, session.Close())
		require.NoError(t, store.Close(t.Context()))
		require.Zero(t, left())
	})
}

// TestNoTemporaryFilesStay holds that an operation leaves what the store is made of, and nothing else.
func TestNoTemporaryFilesStay(t *testing.T) {
	each(t, func(t *testing.T, s cells.Strategy) {
		st := s.New("", 1).(*store)
		cellstest.Setup(t, st, 0)
		_, err := cellstest.Open(t, st, 0).Apply(t.Context(), increment)
		require.NoError(t, err)
		entries, err := os.ReadDir(st.dir)
		require.NoError(t, err)
		for _, e := range entries {
			require.NotContains(t, e.Name(), ".tmp")
		}
	})
}

func TestNowhereToMakeAFolder(t *testing.T) {
	missing := t.TempDir() + "/missing"
	t.Setenv("TMPDIR", missing)
	t.Setenv("TMP", missing)
	require.ErrorContains(t, Strategies()[0].New("", 1).Setup(t.Context(), []int64{1}), "set TMPDIR to a folder")
	require.ErrorContains(t, Keys()[0].New("", 1).Setup(t.Context(), 1), "set TMPDIR to a folder")
}

func TestRemoveOlder(t *testing.T) {
	path := t.TempDir() + "/lock"
	require.NoError(t, removeOlder(path, 0), "somebody else has removed it")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, removeOlder(path, time.Hour))
	require.FileExists(t, path)
	old := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(path, old, old))
	require.NoError(t, removeOlder(path, time.Hour))
	require.NoFileExists(t, path)
}

// TestALockFileIsWaitedForNoLongerThanTheContext holds that giving up leaves another's lock alone.
func TestALockFileIsWaitedForNoLongerThanTheContext(t *testing.T) {
	st := cellstest.Find(t, Strategies(), "lock-file").New("", 1).(*store)
	cellstest.Setup(t, st, 5)
	require.NoError(t, os.WriteFile(st.lock(), nil, 0o600))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	session := cellstest.Open(t, st, 0)
	_, err := session.Apply(ctx, increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errGaveUp)
	require.FileExists(t, st.lock())
	require.NoError(t, os.Remove(st.lock()))
	_, err = session.Apply(t.Context(), increment)
	require.NoError(t, err)
	require.NoFileExists(t, st.lock())
}

func TestATornDocumentIsFresh(t *testing.T) {
	for _, text := range []string{"", `{"0":5`, `{"0":5}}`} {
		st := cellstest.Find(t, Strategies(), "read-modify-write").New("", 1).(*store)
		cellstest.Setup(t, st, 5, 6)
		require.NoError(t, os.WriteFile(st.state(), []byte(text), 0o600))
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
	require.NoError(t, os.WriteFile(st.state(), []byte(`{"0":`), 0o600))
	_, err := cellstest.Open(t, st, 0).Apply(t.Context(), increment)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorContains(t, err, "5 bytes that are no document")
}

func TestJournalLines(t *testing.T) {
	st := cellstest.Find(t, Strategies(), "append-log").New("", 1).(*store)
	cellstest.Setup(t, st, 5)
	session := cellstest.Open(t, st, 0)
	add := func(text string) {
		f, err := os.OpenFile(st.log(), os.O_APPEND|os.O_WRONLY, 0)
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

func TestAnEmptyResultIsWaitedFor(t *testing.T) {
	st := keystest.Find(t, Keys(), "o-excl").New("", 1).(*keyStore)
	keystest.Setup(t, st, 1)
	require.NoError(t, os.WriteFile(st.result(0), nil, 0o600))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	session := keystest.Open(t, st, 0)
	_, err := session.Create(ctx, 0)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.NoError(t, os.WriteFile(st.result(0), []byte("12"), 0o600))
	r, err := session.Create(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, keys.Result{Found: true, ID: 12}, r)
}

func TestAnEmptyResultIsNone(t *testing.T) {
	st := keystest.Find(t, Keys(), "o-excl-then-write").New("", 1).(*keyStore)
	keystest.Setup(t, st, 1)
	require.NoError(t, os.WriteFile(st.result(0), nil, 0o600))
	r, err := keystest.Open(t, st, 0).Create(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, keys.Result{}, r)
}
