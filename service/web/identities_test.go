package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/workloads/unique"
)

// TestIdentities holds that a text that names a result is a number from then on: the same one for the same text, whoever is
// given it and in which operation, and none that another text or number is.
func TestIdentities(t *testing.T) {
	const (
		one   = "0190a2f4-5f6b-7c3e-8a51-0c2f6f0a1b2c"
		other = "0190A2F4-5F6B-7C3E-8A51-0C2F6F0A1B2C" // in capital letters it is another text
	)
	ids := map[string]string{
		"/results/0": `"` + one + `"`, "/results/1": `"` + other + `"`, "/results/2": "12", "/results/3": `"12"`,
		"/results/4": `"012"`, "/results/5": "9007199254740993", "/results/6": `"9007199254740993"`, "/results/7": `""`,
	}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = w.Write([]byte(`{"id": ` + ids[r.URL.Path] + `}`))
	})
	w := setUp(t, targetOf[asked, given](parse(t, "unique", s.URL, results), nil))
	a, b := client(t, w, 0), client(t, w, 1)
	numbers := map[string]int64{}
	for key := range int32(len(ids)) {
		o, err := a.Do(t.Context(), asked{Key: key})
		require.NoError(t, err)
		require.True(t, o.Found && o.Created && !o.Untold)
		got, err := b.Do(t.Context(), asked{Kind: unique.Get, Key: key})
		require.NoError(t, err)
		require.Equal(t, given{Found: true, ID: o.ID}, got)
		numbers[ids["/results/"+string('0'+key)]] = o.ID
	}
	require.EqualValues(t, 12, numbers["12"])
	require.EqualValues(t, 12, numbers[`"12"`], "a number may be given as a text")
	require.EqualValues(t, 9007199254740993, numbers["9007199254740993"])
	require.EqualValues(t, 9007199254740993, numbers[`"9007199254740993"`])
	names := map[int64]bool{12: true, 9007199254740993: true}
	for _, text := range []string{`"` + one + `"`, `"` + other + `"`, `"012"`, `""`} {
		require.False(t, names[numbers[text]], "%s is %d, as another is", text, numbers[text])
		names[numbers[text]] = true
	}
}
