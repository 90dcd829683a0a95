package file_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

// TestTheExampleOfTheDocsIsRead reads the whole file that docs/history-format.md shows, and also without its end.
func TestTheExampleOfTheDocsIsRead(t *testing.T) {
	page, err := os.ReadFile("../../docs/history-format.md")
	require.NoError(t, err)
	_, text, found := bytes.Cut(page, []byte("```jsonl\n"))
	require.True(t, found)
	text, _, _ = bytes.Cut(text, []byte("```"))

	h := readExample(t, text)
	require.Empty(t, h.Missing)
	require.Equal(t, "wallet", h.Info.Workload)
	require.Len(t, h.Ops, 6)
	require.Equal(t, 3, h.Count(history.OK))
	require.Equal(t, history.Never, h.Ops[5].Return)
	require.Len(t, h.Notes, 2)

	end := bytes.LastIndex(text, []byte(`{"checkpoint"`))
	h = readExample(t, text[:end])
	require.Len(t, h.Ops, 5)
	require.Contains(t, h.Missing, "4 operations up to the checkpoint at 100ms were read; 2 after it were left out")
}

func readExample(t *testing.T, text []byte) *history.History[in, out] {
	r, err := file.NewReader(bytes.NewReader(text), "example")
	require.NoError(t, err)
	h, err := file.ReadAll[in, out](r)
	require.NoError(t, err)
	return h
}
