package targets

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/workloads/counter"
)

// converted writes a file in a form, and gives the path of what was written.
func converted(t *testing.T, path, name string, as Form) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Convert(t.Context(), &b, path, "", as))
	out := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(out, b.Bytes(), 0o600))
	return out
}

func read(t *testing.T, path string) *history.History[counter.Input, counter.Output] {
	t.Helper()
	r, err := file.Open(path)
	require.NoError(t, err)
	defer r.Close()
	h, err := file.ReadAll[counter.Input, counter.Output](r)
	require.NoError(t, err)
	return h
}

// TestARunComesBackFromEDN as it was, and what was written twice is the same to the byte.
func TestARunComesBackFromEDN(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		h := record(r, counter.Name, func(op *history.Op[counter.Input, counter.Output]) {
			op.Input = counter.Input{Kind: counter.Kind(r.IntN(2)), Key: int32(r.IntN(3))}
			op.Output.Value = number(r)
			if op.Input.Kind == counter.Add {
				op.Input.Delta = number(r)
			}
		})
		switch seed % 3 {
		case 1:
			h.Interrupted = "cancelled"
		case 2:
			h.Missing = "the rest"
		}
		first := filepath.Join(t.TempDir(), "first.jsonl")
		var b bytes.Buffer
		require.NoError(t, writeOwn(&b, h))
		require.NoError(t, os.WriteFile(first, b.Bytes(), 0o600))

		edn := converted(t, first, "a.edn", Form{Format: AsEDN})
		own := converted(t, edn, "own.jsonl", Form{Format: AsOwn})
		back := read(t, own)
		require.Equal(t, h.Missing == "", back.Missing == "")
		back.Missing = h.Missing
		require.Equal(t, h, back, "seed %d", seed)

		same, err := os.ReadFile(own)
		require.NoError(t, err)
		require.Equal(t, b.String(), string(same), "seed %d", seed)
		packed := converted(t, first, "own.jsonl.zst", Form{Format: AsOwn, Compressed: true})
		require.Equal(t, h.Ops, read(t, packed).Ops)
	}
}

// TestWhatCanNotBeWritten leaves nothing behind.
func TestWhatCanNotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.edn")
	require.NoError(t, os.WriteFile(path, []byte("{:process 0, :type :invoke, :f :write, :value [:k 1]}"), 0o600))
	var b bytes.Buffer
	err := Convert(t.Context(), &b, path, "", Form{Format: AsOwn})
	require.ErrorIs(t, err, ErrWorkload)
	require.ErrorContains(t, err, "another program recorded it, and this program's own format is for runs of counter, register")
	err = Convert(t.Context(), &b, path, "", Form{Format: AsLog})
	require.ErrorIs(t, err, jepsen.ErrLog)
	require.ErrorContains(t, err, "h.edn: a log can't hold the history: its operations are on keys")
	require.Zero(t, b.Len())
}
