package file_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

// stage is a history that a file may be cut off to: what its first checkpoints say.
type stage struct {
	size int64 // of the file when the checkpoint was written
	ops  []history.Op[int, int]
}

// stages writes a file with several checkpoints, of clients that swap a register: every output names the input that it
// observed. The last stage is the whole history.
func stages(t *testing.T, path string) []stage {
	w, err := file.Create(path, info())
	require.NoError(t, err)
	r := history.NewRecorder[int, int]()
	logs := []*history.Log[int, int]{r.Log(0), r.Log(1), r.Log(2)}
	var c history.Cursor[int, int]
	value, saw := 0, [3]int{}
	var done []history.Op[int, int]
	all := []stage{{size: size(t, path)}}
	for i := 1; i <= 24; i++ {
		l := i % 3
		if i > 3 { // each client's operation stays under way while the others' begin
			logs[l].End(saw[l], history.OK, 0)
		}
		logs[l].Begin(i, history.Main)
		saw[l], value = value, i
		if i%5 != 0 {
			continue
		}
		b := r.Cut(&c)
		require.NoError(t, file.WriteBatch(w, b))
		done = append(done, b.Done...)
		all = append(all, stage{size(t, path), sorted(done, b.Open)})
	}
	last := r.Cut(&c)
	last.Done, last.Open = append(last.Done, last.Open...), nil
	require.NoError(t, file.WriteBatch(w, last))
	require.NoError(t, w.End(last.At))
	require.NoError(t, w.Close())
	return append(all, stage{size(t, path), r.History().Ops})
}

func sorted(done, open []history.Op[int, int]) []history.Op[int, int] {
	h := history.History[int, int]{Ops: append(append([]history.Op[int, int]{}, done...), open...)}
	h.Sort()
	return h.Ops
}

func size(t *testing.T, path string) int64 {
	stat, err := os.Stat(path)
	require.NoError(t, err)
	return stat.Size()
}

func TestAFileCutOffAtAnyByteIsATruePrefix(t *testing.T) {
	for _, name := range []string{"h.jsonl", "h.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			stages := stages(t, path)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			at := -1 // the stage that the last cut gave
			for n := range text {
				h, err := readBytes(text[:n])
				if err != nil {
					require.Less(t, int64(n), stages[0].size, "cut at byte %d: %v", n, err)
					require.True(t, n == 0 || errors.Is(err, file.ErrTruncated), "cut at byte %d: %v", n, err)
					continue
				}
				at = requireStage(t, stages, max(at, 0), int64(n), h)
			}
			h, err := readBytes(text)
			require.NoError(t, err)
			require.Equal(t, stages[len(stages)-1].ops, h.Ops)
			require.Empty(t, h.Missing)
		})
	}
}

func readBytes(text []byte) (*history.History[int, int], error) {
	r, err := file.NewReader(bytes.NewReader(text), "h")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return file.ReadAll[int, int](r)
}

// requireStage holds that a file cut off to n bytes gives a stage that is not older than what was written by then.
func requireStage(t *testing.T, stages []stage, from int, n int64, h *history.History[int, int]) int {
	at := from
	for at < len(stages) && !slices.Equal(stages[at].ops, h.Ops) {
		at++
	}
	require.Less(t, at, len(stages), "cut at byte %d: no such stage: %v", n, h.Ops)
	if at+1 < len(stages) {
		require.Less(t, n, stages[at+1].size, "cut at byte %d: a whole checkpoint was not used", n)
	}
	requireObservedWasAsked(t, h)
	if at+1 < len(stages) {
		require.Contains(t, h.Missing, "before its end line")
	}
	return at
}

const head = `{"stress":"history","format":1,"workload":"w","target":"t","strategy":"s","clients":1,"seed":1,` +
	`"start":"2026-01-02T03:04:05Z"}` + "\n"

func TestMissingSaysWhatIsMissing(t *testing.T) {
	const checkpoint = `{"checkpoint":{"at":1204000000,"ops":1,"open":[{"client":2,"call":7,"in":5}]}}` + "\n"
	const op1 = `{"client":1,"call":1,"return":2,"outcome":"ok","in":1,"out":0}` + "\n"
	const op2 = `{"client":1,"call":3,"return":4,"outcome":"unknown","in":2,"note":"timeout"}` + "\n"
	text := head + op1 + checkpoint + op2
	const rest = "before its end line: 1 operation up to the checkpoint at 1.204s was read; " +
		"1 after it was left out, and 1 under way then counts as unknown"

	h, err := readBytes([]byte(text))
	require.NoError(t, err)
	require.Equal(t, "the file was cut off at byte 346, after line 4, "+rest, h.Missing)
	require.Equal(t, []history.Op[int, int]{
		{Call: 1, Return: 2, Client: 1, Input: 1},
		{Call: 7, Return: history.Never, Client: 2, Outcome: history.Unknown, Input: 5},
	}, h.Ops)
	require.Empty(t, h.Notes, "that of an operation that was left out")

	h, err = readBytes([]byte(text + `{"client":1,"call":1`))
	require.NoError(t, err)
	require.Equal(t, "the file was cut off at byte 366, in line 5, "+rest, h.Missing)

	h, err = readBytes([]byte(head + op1 + op1[:10]))
	require.NoError(t, err)
	require.Contains(t, h.Missing, "in line 3, before its end line: there is no checkpoint above, and 1 operation was left out")
}
