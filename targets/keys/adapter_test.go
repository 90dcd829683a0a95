package keys

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/unique"
)

var errTest = errors.New("test")

// fake is a store and a session that remember what they were asked, and answer what they are told.
type fake struct {
	n, opened int
	asked     string
	key       int
	closed    bool
	err       error
}

func (f *fake) Setup(_ context.Context, n int) error { f.n = n; return f.err }
func (f *fake) Version() string                      { return "fake 1" }
func (f *fake) Close(context.Context) error          { return f.err }
func (f *fake) Open(_ context.Context, client int) (Session, error) {
	f.opened = client
	return &session{f}, f.err
}

type session struct{ *fake }

func (s *session) Close() error { s.closed = true; return nil }
func (s *session) Create(_ context.Context, key int) (Result, error) {
	s.asked, s.key = "create", key
	return Result{Found: true, ID: 12, Created: true}, s.err
}

func (s *session) Get(_ context.Context, key int) (Result, error) {
	s.asked, s.key = "get", key
	return Result{Found: true, ID: 12}, s.err
}

func (s *session) Count(_ context.Context, key int) (int64, error) {
	s.asked, s.key = "count", key
	return 1, s.err
}

func TestUnique(t *testing.T) {
	f := &fake{}
	target := Unique(f, 3)
	require.NoError(t, target.Setup(t.Context()))
	require.Equal(t, 3, f.n)
	require.Equal(t, "fake 1", target.(harness.Versioned).Version())
	c, err := target.Open(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, 7, f.opened)
	for kind, want := range map[unique.Kind]unique.Output{
		unique.Create: {Found: true, ID: 12, Created: true},
		unique.Get:    {Found: true, ID: 12},
		unique.Count:  {Count: 1},
	} {
		out, err := c.Do(t.Context(), unique.Input{Kind: kind, Key: 2})
		require.NoError(t, err)
		require.Equal(t, want, out)
		require.Equal(t, kind.String(), f.asked)
		require.Equal(t, 2, f.key)
	}
	require.NoError(t, c.Close())
	require.True(t, f.closed)
}

func TestErrorsAreHandedOn(t *testing.T) {
	f := &fake{err: errTest}
	target := Unique(f, 1)
	require.ErrorIs(t, target.Setup(t.Context()), errTest)
	require.ErrorIs(t, target.Close(t.Context()), errTest)
	_, err := target.Open(t.Context(), 0)
	require.ErrorIs(t, err, errTest)
	for kind := range unique.Count + 1 {
		_, err := client{&session{f}}.Do(t.Context(), unique.Input{Kind: kind})
		require.ErrorIs(t, err, errTest)
		require.NotErrorIs(t, err, harness.ErrNotApplied)
	}
}
