package exact_test

import (
	"cmp"
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/exact"
)

// read reads JSON as services answer it.
func read(t *testing.T, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), text)
	return exact.Value(v)
}

func TestExact(t *testing.T) {
	for text, want := range map[string]any{
		"970": int64(970), "970.0": int64(970), "9.70e2": int64(970), "1e3": int64(1000), "1E+3": int64(1000), "10000e-1": int64(1000),
		"0": int64(0), "-0": int64(0), "-0.0": int64(0), "0e999999999999999999999": 0.0, "0e99": int64(0), "-7.0": int64(-7),
		"9007199254740993":     int64(1<<53 + 1),
		"9007199254740993.0":   int64(1<<53 + 1),
		"9223372036854775807":  int64(math.MaxInt64),
		"-9223372036854775808": int64(math.MinInt64), "-9223372036854775808.0": int64(math.MinInt64),
		"922337203685477580.7e1": int64(math.MaxInt64),
		"1e18":                   int64(1e18),
		"9223372036854775808":    float64(1 << 63), "1e19": 1e19, "1e400": json.Number("1e400"), "-1e400": json.Number("-1e400"),
		"0.5": 0.5, "970.01": 970.01, "1e-1": 0.1, "1e-400": json.Number("1e-400"),
		"2000000000000000.9": json.Number("2000000000000000.9"), "0.99999999999999999999": json.Number("0.99999999999999999999"),
		`"970"`: "970", "true": true, "null": nil,
		`{"a":[1.0,{"b":2e0,"c":[[3]]}],"d":0.5}`: map[string]any{
			"a": []any{int64(1), map[string]any{"b": int64(2), "c": []any{[]any{int64(3)}}}}, "d": 0.5,
		},
	} {
		require.Equal(t, want, read(t, text), text)
	}
	require.Equal(t, 3, exact.Value(3), "what is no number of JSON is left as it is")
}

// FuzzExact holds numbers against arithmetic that rounds nothing.
func FuzzExact(f *testing.F) {
	for _, text := range []string{
		"970.0", "1e3", "9007199254740993.0", "9223372036854775807", "-9223372036854775809",
		"1e400", "1e-5", "0.10e1", "-0.0e7", "100e-2",
		"12345678901234567890e-1", "0.0000000000000000000000000001e28",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) || !strings.ContainsAny(text[:1], "-0123456789") || len(text) > 40 {
			return
		}
		text = strings.TrimSpace(text)
		if i := strings.IndexAny(text, "eE"); i >= 0 && len(text)-i > 5 {
			return // it would be a number of many digits
		}
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		got := read(t, text)
		if n, is := got.(int64); is {
			require.Zero(t, want.Cmp(new(big.Rat).SetInt64(n)), "%s is not %d", text, n)
			return
		}
		require.False(t, want.IsInt() && want.Num().IsInt64(), "%s is whole, and %v", text, got)
		near, err := strconv.ParseFloat(text, 64)
		if kept, is := got.(json.Number); is {
			require.Equal(t, text, string(kept))
			short, _ := new(big.Rat).SetString(strconv.FormatFloat(near, 'g', -1, 64))
			require.True(t, err != nil || want.Cmp(short) != 0, "%s is a float64 as it is", text)
			return
		}
		require.IsType(t, near, got)
		require.Zero(t, cmp.Compare(near, got.(float64)), "%s is %v", text, got)
		require.False(t, near == math.Trunc(near) && near != 0 && math.Abs(near) < 1<<63, "%s is no whole number, and %v", text, got)
	})
}
