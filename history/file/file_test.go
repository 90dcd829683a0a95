package file_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type in struct {
	Op     string `json:"op"`
	Wallet int    `json:"wallet"`
	Amount int64  `json:"amount,omitempty"`
}

type out struct {
	Balance int64 `json:"balance"`
}

func info() history.Info {
	return history.Info{
		Tool: "stress test", Workload: "wallet", Params: map[string]any{"accounts": 8.0}, Target: "memory",
		Strategy: "atomic", Clients: 3, Seed: 1<<64 - 1, Args: map[string]string{"n": "10"},
		Start: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
	}
}

func TestReadsWhatStreamWrote(t *testing.T) {
	for _, name := range []string{"h.jsonl", "h.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "made", name)
			w, err := file.Create(path, info())
			require.NoError(t, err)
			r := history.NewRecorder[in, out]()
			s := file.Stream(w, r, 0)
			record(r)
			require.NoError(t, s.Close())
			require.NoError(t, s.Close())

			got, err := file.Read[in, out](path)
			require.NoError(t, err)
			want := r.History()
			want.Info = info()
			want.Info.Format = file.Version
			require.Equal(t, want, got)
			text, _ := os.ReadFile(path)
			if name == "h.jsonl" {
				t.Logf("%s", text)
			}
			gotInfo, err := file.ReadInfo(path)
			require.NoError(t, err)
			require.Equal(t, want.Info, gotInfo)
		})
	}
}

// record makes operations of every kind.
func record(r *history.Recorder[in, out]) {
	a, b := r.Log(0), r.Log(1)
	a.Begin(in{"deposit", 1, 300}, history.Warmup)
	a.End(out{300}, history.OK, 0)
	for i := range 40 {
		b.Begin(in{"deduct", 2, int64(i)}, history.Main)
		a.Begin(in{"deduct", 1, int64(i)}, history.Main)
		a.End(out{int64(-i)}, history.OK, i%3)
		if i%4 == 0 {
			b.Note("deadlock <detected> & \u2028 \"")
			b.End(out{}, history.Failed, 1)
		} else {
			b.End(out{int64(i)}, history.OK, 0)
		}
	}
	b.Begin(in{"read", 2, 0}, history.Final)
	b.Note("timeout")
	b.End(out{}, history.Unknown, 2)
	a.Begin(in{"read", 1, 0}, history.Final)
}
