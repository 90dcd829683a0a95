package harness_test

import (
	"context"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

// TestHistoryFile has everything in it: warm-up, failures with their notes, an operation that never returns.
func TestHistoryFile(t *testing.T) {
	for _, name := range []string{"h.jsonl", "h.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "new", name)
			synctest.Test(t, func(t *testing.T) {
				back := make(chan struct{})
				defer close(back)
				f := &fake{do: func(_ context.Context, a asked) (float64, error) {
					switch {
					case a.client == 1 && a.n == 5:
						<-back
					case a.in%7 == 0:
						return 0, harness.NotApplied(errAny)
					case a.in%31 == 0:
						return 0, errAny
					}
					return float64(a.in) / 4, nil
				}}
				r, err := harness.Run(t.Context(), f, &numbers{final: []int{1, 2}}, harness.HistoryFile(path), harness.Seed(11),
					harness.Ops(300), harness.Warmup(20), harness.WithFacts(harness.Facts{
						Tool: "test", Target: "fake", Strategy: "none", Args: map[string]string{"dsn": "***"},
					}))
				require.NoError(t, err)
				requireSame(t, path, r)
				require.NotZero(t, r.Stats.Failed)
				require.NotZero(t, r.Stats.Unknown)
			})
		})
	}
}

// requireSame holds that the file is the history, to the last byte that it keeps.
func requireSame(t *testing.T, path string, r *result) {
	t.Helper()
	h, err := file.Read[int, float64](path)
	require.NoError(t, err)
	require.Empty(t, h.Missing)
	require.Equal(t, r.History.Info, h.Info)
	require.Equal(t, r.History.Ops, h.Ops)
	require.Equal(t, r.History.Notes, h.Notes)
}

// TestHistoryStreams reads the file while the last operation is still under way.
func TestHistoryStreams(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.jsonl")
	synctest.Test(t, func(t *testing.T) {
		f := onNth(9, func(context.Context) error {
			pass(2 * file.DefaultEvery)
			h, err := file.Read[int, float64](path)
			require.NoError(t, err)
			require.Len(t, h.Ops, 10)
			require.Equal(t, history.Never, h.Ops[9].Return)
			require.NotEmpty(t, h.Missing)
			return nil
		})
		requireSame(t, path, run(t, f, &numbers{}, harness.Clients(1), harness.Ops(12), harness.HistoryFile(path)))
	})
}

func TestHistoryFileThatExists(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
	f := &fake{}
	r, err := harness.Run(t.Context(), f, &numbers{}, harness.HistoryFile(path))
	require.ErrorIs(t, err, fs.ErrExist)
	require.Nil(t, r)
	f.requireTidy(t)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "precious", string(text))
}

// TestHistoryThatCanNotBeWritten gives the writer a value that JSON has no word for: it stops as on a full disk.
func TestHistoryThatCanNotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(_ context.Context, a asked) (float64, error) {
			if a.client == 0 && a.n == 3 {
				return math.NaN(), nil
			}
			pass(time.Second) // long enough for the error to come while the run goes on
			return 0, nil
		}}
		path := filepath.Join(t.TempDir(), "h.jsonl")
		r, err := harness.Run(t.Context(), f, &numbers{final: []int{1}}, harness.HistoryFile(path), harness.Ops(100))
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, "NaN")
		require.EqualValues(t, 100, r.Stats.Ops)
		require.Equal(t, checkers.Valid, r.Verdict.Status)
		require.Equal(t, 101, r.History.Count(history.OK))
		f.requireTidy(t)
	})
}

type versioned struct{ *fake }

func (versioned) Version() string { return "Fake 1.2" }

func TestInfo(t *testing.T) {
	r, err := harness.Run(t.Context(), versioned{&fake{}}, &numbers{}, harness.Seed(5), harness.WithFacts(harness.Facts{
		Tool: "test", Target: "fake", Strategy: "none", Args: map[string]string{"dsn": "***"},
	}))
	require.NoError(t, err)
	info := r.History.Info
	require.False(t, info.Start.IsZero())
	info.Start = time.Time{}
	require.Equal(t, history.Info{
		Format: file.Version, Tool: "test", Workload: "numbers", Params: map[string]any{"limit": 1000.0}, Target: "fake",
		Strategy: "none", Engine: "Fake 1.2", Clients: 8, Seed: 5, Args: map[string]string{"dsn": "***"},
	}, info)
}
