package file_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

// inBatches reads a text in batches and puts them together.
func inBatches(t *testing.T, text []byte) (*history.History[int, int], file.End) {
	r, err := file.NewReader(bytes.NewReader(text), "text")
	require.NoError(t, err)
	defer r.Close()
	h := &history.History[int, int]{Info: r.Info(), Notes: map[int]string{}}
	var open []history.Op[int, int]
	end, err := file.ReadBatches(r, func(b history.Batch[int, int]) error {
		for i, note := range b.Notes {
			h.Notes[len(h.Ops)+i] = note
		}
		h.Ops, open = append(h.Ops, b.Done...), b.Open
		return nil
	})
	require.NoError(t, err)
	require.Len(t, h.Ops, end.Ops)
	h.Ops = append(h.Ops, open...)
	h.Interrupted, h.Missing = end.Interrupted, end.Missing
	h.Sort()
	return h, end
}

// TestBatchesAreTheHistory holds, of a whole file and of one that was cut off anywhere, that its batches say what ReadAll
// says.
func TestBatchesAreTheHistory(t *testing.T) {
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	require.NoError(t, err)
	r, cursor := history.NewRecorder[int, int](), history.Cursor[int, int]{}
	rng := rand.New(rand.NewPCG(1, 1))
	logs := []*history.Log[int, int]{r.Log(0), r.Log(1), r.Log(2)}
	busy := make([]bool, len(logs))
	for n := range 200 {
		switch i := rng.IntN(len(logs)); {
		case n%20 == 19:
			require.NoError(t, file.WriteBatch(w, r.Cut(&cursor)))
		case busy[i]:
			logs[i].Note("slow")
			logs[i].End(n, history.Failed, 0)
			busy[i] = false
		default:
			logs[i].Begin(n, history.Main)
			busy[i] = true
		}
	}
	last := r.Cut(&cursor)
	last.Done, last.Open = append(last.Done, last.Open...), nil
	require.NoError(t, file.WriteBatch(w, last))
	w.Interrupted("by hand")
	require.NoError(t, w.End(last.At))

	whole := text.Bytes()
	for _, n := range []int{len(whole), len(whole) - 3, len(whole) * 2 / 3, len(whole) / 2, len(whole) / 5} {
		want, err := readBytes(whole[:n])
		require.NoError(t, err)
		got, end := inBatches(t, whole[:n])
		require.Equal(t, want, got)
		require.Equal(t, n == len(whole), end.Missing == "")
	}
	require.NotEmpty(t, func() string { h, _ := inBatches(t, whole); return h.Interrupted }())
}

func TestBatchesEndWhereTheReaderWants(t *testing.T) {
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	require.NoError(t, err)
	require.NoError(t, w.End(0))
	r, err := file.NewReader(&text, "text")
	require.NoError(t, err)
	enough := errors.New("enough")
	_, err = file.ReadBatches(r, func(history.Batch[int, int]) error { return enough })
	require.ErrorIs(t, err, enough)
}
