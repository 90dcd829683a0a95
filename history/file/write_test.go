package file_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

func TestCreateNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "h.jsonl")
	w, err := file.Create(path, info())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, w.Close())
	before, err := os.ReadFile(path)
	require.NoError(t, err)

	_, err = file.Create(path, info())
	require.ErrorIs(t, err, fs.ErrExist)
	require.ErrorContains(t, err, "give another name")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestCreateThatFailsLeavesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.jsonl.zst")
	bad := info()
	bad.Params = map[string]any{"x": math.NaN()}
	_, err := file.Create(path, bad)
	require.ErrorContains(t, err, "Info.Params")
	require.NoFileExists(t, path)

	inFile := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(inFile, nil, 0o644))
	_, err = file.Create(filepath.Join(inFile, "h.jsonl"), info())
	require.ErrorContains(t, err, "a folder that can be made")
}

func TestAFileThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.jsonl")
	_, err := file.Read[int, int](path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = file.ReadInfo(path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, path)
}

// TestLines holds the text to the letter: others read it.
func TestLines(t *testing.T) {
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	require.NoError(t, err)
	require.NoError(t, file.WriteBatch(w, history.Batch[in, out]{
		At: 200,
		Done: []history.Op[in, out]{
			{Call: 1, Return: 5, Client: 0, Input: in{"read", 1, 0}, Output: out{300}},
			{Call: 2, Return: 9, Client: 1, Outcome: history.Failed, Phase: history.Warmup, Retries: 2, Input: in{"deduct", 1, 5}},
		},
		Notes: map[int]string{1: "dead<lock>"},
		Open: []history.Op[in, out]{
			{Call: 10, Return: history.Never, Client: 2, Outcome: history.Unknown, Phase: history.Final, Input: in{"read", 2, 0}},
		},
	}))
	require.NoError(t, w.End(300))
	require.NoError(t, w.Close())
	want := `{"stress":"history","format":1,"tool":"stress test","workload":"wallet","params":{"accounts":8},` +
		`"target":"memory","strategy":"atomic","clients":3,"seed":18446744073709551615,"args":{"n":"10"},` +
		`"start":"2026-01-02T03:04:05.000000006Z"}
{"checkpoint":{"at":0,"ops":0,"open":[]}}
{"client":0,"call":1,"return":5,"outcome":"ok","in":{"op":"read","wallet":1},"out":{"balance":300}}
{"client":1,"call":2,"phase":"warmup","return":9,"outcome":"failed","retries":2,` +
		`"in":{"op":"deduct","wallet":1,"amount":5},"note":"dead<lock>"}
{"checkpoint":{"at":200,"ops":2,"open":[{"client":2,"call":10,"phase":"final","in":{"op":"read","wallet":2}}]}}
{"end":{"ops":2,"elapsed":300}}
`
	require.Equal(t, want, text.String())
	for line := range strings.Lines(text.String()) {
		require.True(t, json.Valid([]byte(line)), line)
	}
}

func TestLongLinesAndTextsOfAllKinds(t *testing.T) {
	long := strings.Repeat("ä\"\\\n", 2<<20) // 10 MiB, 16 when escaped
	batch := history.Batch[string, *string]{Done: []history.Op[string, *string]{
		{Call: 1, Return: 2, Input: "\x00\u2028<&>\xff", Output: nil},
		{Call: 3, Return: 4, Input: long, Output: &long},
	}}
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	require.NoError(t, err)
	require.NoError(t, file.WriteBatch(w, batch))
	require.NoError(t, w.End(9))
	r, err := file.NewReader(&text, "h")
	require.NoError(t, err)
	h, err := file.ReadAll[string, *string](r)
	require.NoError(t, err)
	require.Equal(t, "\x00\u2028<&>\ufffd", h.Ops[0].Input, "what is not UTF-8 is replaced")
	require.Nil(t, h.Ops[0].Output)
	for _, got := range []string{h.Ops[1].Input, *h.Ops[1].Output} {
		if got != long { // require.Equal would print all of it
			t.Fatal("a long text reads back as another")
		}
	}
}

func TestValuesThatWriteThemselves(t *testing.T) {
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	require.NoError(t, err)
	batch := history.Batch[quick, out]{Done: []history.Op[quick, out]{{Call: 1, Return: 2, Input: quick{"read", 1, 7}}}}
	require.NoError(t, file.WriteBatch(w, batch))
	require.NoError(t, w.End(9))
	r, err := file.NewReader(&text, "h")
	require.NoError(t, err)
	h, err := file.ReadAll[quick, out](r)
	require.NoError(t, err)
	require.Equal(t, batch.Done, h.Ops)
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		batch := history.Batch[string, float64]{Notes: map[int]string{}}
		var at time.Duration
		for i := range rapid.IntRange(0, 40).Draw(t, "ops") {
			op := history.Op[string, float64]{
				Client:  rapid.Int32().Draw(t, "client"),
				Call:    at,
				Return:  at + time.Duration(rapid.Int64Range(0, 1<<50).Draw(t, "took")),
				Outcome: rapid.SampledFrom([]history.Outcome{history.OK, history.Failed, history.Unknown}).Draw(t, "outcome"),
				Phase:   rapid.SampledFrom([]history.Phase{history.Main, history.Warmup, history.Final}).Draw(t, "phase"),
				Retries: rapid.Uint16().Draw(t, "retries"),
				Input:   rapid.String().Draw(t, "in"),
			}
			if op.Outcome == history.OK {
				op.Output = rapid.Float64().Draw(t, "out")
			} else if note := rapid.String().Draw(t, "note"); note != "" {
				batch.Notes[i] = note
			}
			at = op.Return
			batch.Done = append(batch.Done, op)
		}
		var text bytes.Buffer
		w, err := file.NewWriter(&text, info())
		require.NoError(t, err)
		require.NoError(t, file.WriteBatch(w, batch))
		require.NoError(t, w.End(at))
		r, err := file.NewReader(&text, "h")
		require.NoError(t, err)
		h, err := file.ReadAll[string, float64](r)
		require.NoError(t, err)
		want := history.History[string, float64]{Ops: batch.Done, Notes: batch.Notes}
		want.Sort()
		require.Len(t, h.Ops, len(want.Ops))
		for i := range want.Ops {
			require.Equal(t, want.Ops[i], h.Ops[i])
		}
		require.Equal(t, want.Notes, h.Notes)
	})
}

// swaps is one batch of three clients that swap a register, each while the others' operations are under way. Every output
// names the input that the operation observed.
func swaps(n int) history.Batch[int, int] {
	b := history.Batch[int, int]{At: time.Duration(10*n + 1)}
	for client := range 3 {
		for i := client + 1; i <= n; i += 3 {
			op := history.Op[int, int]{
				Client: int32(client), Call: time.Duration(10 * i), Return: time.Duration(10*i + 25), Input: i, Output: i - 1,
			}
			if op.Return < b.At {
				b.Done = append(b.Done, op)
				continue
			}
			op.Return, op.Outcome, op.Output = history.Never, history.Unknown, 0
			b.Open = append(b.Open, op)
		}
	}
	return b
}

func TestLargeBatchesHaveCheckpointsWithin(t *testing.T) {
	const n = 50_000
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	require.NoError(t, err)
	require.NoError(t, file.WriteBatch(w, swaps(n)))
	var sizes []int
	at := 0
	for line := range bytes.Lines(text.Bytes()) {
		at += len(line)
		if bytes.HasPrefix(line, []byte(`{"checkpoint"`)) {
			h, err := readBytes(text.Bytes()[:at])
			require.NoError(t, err)
			requireObservedWasAsked(t, h)
			sizes = append(sizes, len(h.Ops))
		}
	}
	require.Equal(t, []int{0, 16_666, 33_333, n}, sizes)
}

func requireObservedWasAsked(t *testing.T, h *history.History[int, int]) {
	asked := map[int]bool{0: true}
	for _, op := range h.Ops {
		asked[op.Input] = true
	}
	for i, op := range h.Ops {
		if !asked[op.Output] {
			t.Fatalf("op #%d saw %d, which is not in the history", i, op.Output)
		}
	}
}
