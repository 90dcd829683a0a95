package bridge_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/exact"
	"github.com/lostupdate/stress/service/bridge"
)

type values = map[string]any

type kind uint8

func (k kind) String() string { return [...]string{"take", "give"}[k] }

type input struct {
	Kind   kind   `json:"op"`
	Small  int32  `json:"small,omitempty"`
	Large  int64  `json:"large"`
	Text   string `json:"text"`
	Hidden int    `json:"-"`
	Plain  int
}

type output struct {
	Large  int64   `json:"large"`
	Other  int64   `json:"other,omitempty"`
	Sure   bool    `json:"sure,omitempty"`
	Small  int8    `json:"small,omitempty"`
	List   []int64 `json:"list,omitempty"`
	Text   string  `json:"text,omitempty"`
	Share  float64 `json:"share,omitempty"`
	Hidden int64   `json:"-"`
}

func TestInputs(t *testing.T) {
	set := values{}
	operation := bridge.JSON[input, output]().Inputs(
		input{Kind: 1, Small: -7, Large: math.MaxInt64, Text: "x", Hidden: 5, Plain: 6}, set)
	require.Equal(t, "give", operation)
	require.Equal(t, values{"small": int64(-7), "large": int64(math.MaxInt64), "text": "x"}, set, "numbers as templates know them")
}

func TestOutput(t *testing.T) {
	for name, c := range map[string]struct {
		values values
		want   output
	}{
		"nothing": {nil, output{}},
		"numbers": {values{"large": int64(math.MaxInt64), "other": int64(-1), "sure": true},
			output{Large: math.MaxInt64, Other: -1, Sure: true}},
		"a list": {values{"large": int64(1), "list": []any{int64(1 << 60), int64(2)}},
			output{Large: 1, List: []int64{1 << 60, 2}}},
		"an empty list":         {values{"list": []any{}}, output{List: []int64{}}},
		"a small number":        {values{"small": int64(-128)}, output{Small: -128}},
		"a text":                {values{"text": "<é>"}, output{Text: "<é>"}},
		"a share":               {values{"share": 0.5, "sure": false}, output{Share: 0.5}},
		"a share that is whole": {values{"share": int64(2)}, output{Share: 2}},
		"null":                  {values{"large": nil, "sure": true}, output{Sure: true}},
	} {
		out, err := bridge.JSON[input, output]().Output(c.values)
		require.NoError(t, err, name)
		require.Equal(t, c.want, out, name)
	}
	n, err := bridge.JSON[input, map[string]int64]().Output(values{"a": int64(3)})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"a": 3}, n, "an output that is no struct")
}

// TestWrongOutput holds that a value which is not as it must be is an error, and never left out or bent.
func TestWrongOutput(t *testing.T) {
	for name, v := range map[string]values{
		"a name that there is not":    {"large": int64(1), "lrage": int64(1)},
		"a name that JSON has not":    {"hidden": int64(1)},
		"a text for a number":         {"large": "1"},
		"a share for a number":        {"large": 1.5},
		"a float for a number":        {"large": float64(1 << 63)},
		"infinity":                    {"share": math.Inf(1)},
		"a number for true":           {"sure": int64(1)},
		"true for a number":           {"large": true},
		"too large for its field":     {"small": int64(128)},
		"a list of texts":             {"list": []any{"1"}},
		"a list of what is too large": {"list": []any{1e30}},
		"a number for a list":         {"list": int64(1)},
		"an object":                   {"large": values{"a": int64(1)}},
		"what JSON can't say":         {"large": func() {}},
	} {
		out, err := bridge.JSON[input, output]().Output(v)
		require.Error(t, err, "%s: %+v", name, out)
	}
}

// FuzzOutput holds outputs against those that encoding/json makes of the same values.
func FuzzOutput(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"large":970,"sure":true}`, `{"large":1e3,"other":9007199254740993,"list":[1,2.0]}`, `{"large":null}`, `{"x":1}`,
		`{"sure":1}`, `{"small":300}`, `{"text":"a","share":1e400}`, `{"large":9223372036854775808}`, `{"LARGE":1}`, `{"list":[null]}`,
		`{"large":1,"large":"x"}`, `{"Plain":1}`, `{"-":1}`,
	} {
		f.Add([]byte(text))
	}
	output := bridge.JSON[input, output]().Output
	f.Fuzz(func(t *testing.T, text []byte) {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var v values
		if d.Decode(&v) != nil {
			return
		}
		v, _ = exact.Value(v).(values)
		got, err := output(v)
		want, wrong := decoded(v)
		require.Equal(t, wrong == nil, err == nil, "%v: %v, %v", v, wrong, err)
		if err == nil {
			require.Equal(t, want, got, v)
		}
	})
}

// decoded makes an output by way of JSON alone.
func decoded(v values) (out output, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return out, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(&out)
	return out, err
}
