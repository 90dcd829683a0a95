package file_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

// FuzzRead holds that any text gives an error or a history, and that such a history, written, reads back as the same.
func FuzzRead(f *testing.F) {
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	require.NoError(f, err)
	r := history.NewRecorder[in, out]()
	record(r)
	var c history.Cursor[in, out]
	require.NoError(f, file.WriteBatch(w, r.Cut(&c)))
	require.NoError(f, w.End(r.Now()))
	f.Add(text.Bytes())
	f.Add(text.Bytes()[:text.Len()/2])
	f.Add([]byte(head + opLine + pointOne + endOne))
	f.Add([]byte(head + `{"client":1,"call":1,"outcome":"unknown","in":{"op":"é\"}"},"x":[[{"y":null}]],"note":"n"}` + "\r\n"))
	f.Add([]byte(head + `{"checkpoint":{"at":0,"ops":0,"open":[{"client":1,"call":2,"phase":"final","in":{}}]}}` + "\n{"))
	f.Add([]byte("\x28\xb5\x2f\xfd"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, h := range []*history.History[in, out]{readAs[in, out](t, text)} {
			if h != nil {
				requireSame(t, h)
			}
		}
		readAs[json.RawMessage, any](t, text)
	})
}

func readAs[I, O any](t *testing.T, text []byte) *history.History[I, O] {
	r, err := file.NewReader(bytes.NewReader(text), "fuzz")
	if err != nil {
		return nil
	}
	defer r.Close()
	h, err := file.ReadAll[I, O](r)
	if err != nil {
		require.Nil(t, h)
	}
	return h
}

func requireSame(t *testing.T, h *history.History[in, out]) {
	var text bytes.Buffer
	w, err := file.NewWriter(&text, h.Info)
	require.NoError(t, err)
	require.NoError(t, file.WriteBatch(w, history.Batch[in, out]{Done: h.Ops, Notes: h.Notes}))
	require.NoError(t, w.End(0))
	again := readAs[in, out](t, text.Bytes())
	require.NotNil(t, again)
	require.Equal(t, h.Ops, again.Ops)
	require.Equal(t, h.Notes, again.Notes)
}
