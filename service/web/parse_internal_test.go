package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/exact"
)

// standard reads JSON by the standard library alone.
func standard(text []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	_, err := d.Token()
	return exact.Value(v), errors.Is(err, io.EOF)
}

// FuzzReadJSON holds that texts are read as the standard library reads them, whichever of the ways they go.
func FuzzReadJSON(f *testing.F) {
	for _, text := range []string{
		`{"value":1}`, ` {"a":[1.0,{"b":null,"a":true}],"a":"x","b":{}} `, `[]`, `[[],[[]],{}]`,
		`"a\"b\u00e9\ud800"`, "\"\xff\"", "{\"\xff\":1}",
		`{"a":1}}`, `{"a":1`, `nul`, ``, `1 2`, `01`, `-`, `1e400`, `9223372036854775808`, `"a` + "\n" + `"`,
		`{"a" : 1 , "b":[ 1 , 2 ]}`,
		`{"":1}`, `{a:1}`, `[1,]`, `{"a":1,}`, "\ufeff{}", `tRue`, `-0`, `"\/"`, "[1]\x00", "\v1",
		`{"a":"` + strings.Repeat("x", 20<<10) + `"}`, strings.Repeat("[", 900) + strings.Repeat("]", 900),
		strings.Repeat("[", 12000) + strings.Repeat("]", 12000),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want, ok := standard(text)
		got, err := readJSON(text)
		require.Equal(t, ok, err == nil, "%q: %v", text, err)
		if ok {
			require.Equal(t, want, got, "%q", text)
		}
	})
}
