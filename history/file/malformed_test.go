package file_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history/file"
)

const (
	opLine   = `{"client":1,"call":1,"return":2,"outcome":"ok","in":1,"out":0}` + "\n"
	pointOne = `{"checkpoint":{"at":9,"ops":1,"open":[]}}` + "\n"
	endOne   = `{"end":{"ops":1,"elapsed":9}}` + "\n"
)

func TestMalformedLinesAreErrorsThatNameTheirPlace(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"not JSON", `nonsense`, "expected one JSON object"},
		{"two objects", `{} {}`, "expected one JSON object"},
		{"no closing brace", `{"client":1`, "expected one JSON object"},
		{"no colon", `{"client" 1}`, "expected one JSON object"},
		{"no value", `{"client":,"call":1}`, "expected one JSON object"},
		{"no string's end", `{"client":"}`, "expected one JSON object"},
		{"array", `[1]`, "expected one JSON object"},
		{"other object", `{"a":1}`, `expected an operation with "client", a checkpoint or an end`},
		{"no call", `{"client":1,"return":2,"outcome":"ok","in":1,"out":0}`, `expected "call"`},
		{"no input", `{"client":1,"call":3,"return":4,"outcome":"ok","out":0}`, `expected "in"`},
		{"no output", `{"client":1,"call":3,"return":4,"outcome":"ok","in":1}`, `expected "out"`},
		{"no outcome", `{"client":1,"call":3,"return":4,"in":1,"out":0}`, "none of ok, failed, unknown"},
		{"no return", `{"client":1,"call":3,"outcome":"failed","in":1}`, `expected "return"`},
		{"other outcome", `{"client":1,"call":3,"return":4,"outcome":"fine","in":1}`, `"fine" is none of ok`},
		{"outcome no text", `{"client":1,"call":3,"return":4,"outcome":1,"in":1}`, `expected a text in "outcome", found "1"`},
		{"other phase", `{"client":1,"call":3,"return":4,"outcome":"failed","phase":"x","in":1}`, "none of main"},
		{"fraction", `{"client":1,"call":3.5,"return":4,"outcome":"failed","in":1}`, `in "call", found "3.5"`},
		{"text as number", `{"client":"1","call":3,"return":4,"outcome":"failed","in":1}`, `of 32 bits in "client"`},
		{"client too large", `{"client":4294967296,"call":3,"return":4,"outcome":"failed","in":1}`, `of 32 bits`},
		{"retries", `{"client":1,"call":3,"return":4,"outcome":"failed","retries":65536,"in":1}`, "0 to 65,535"},
		{"note no text", `{"client":1,"call":3,"return":4,"outcome":"failed","in":1,"note":1}`, `in "note"`},
		{"other input", `{"client":1,"call":3,"return":4,"outcome":"failed","in":"x"}`, "a value of the workload in \"in\""},
		{"other output", `{"client":1,"call":3,"return":4,"outcome":"ok","in":1,"out":{}}`, `in "out", found "{}"`},
		{"return before call", `{"client":1,"call":4,"return":3,"outcome":"failed","in":1}`, "before it was called at 4"},
		{"overlap", `{"client":1,"call":1,"return":3,"outcome":"failed","in":1}`, "before its operation above returned at 2"},
		{"count too low", `{"checkpoint":{"at":9,"ops":0,"open":[]}}`, `counts 0 operations in "ops", and 1 are above`},
		{"count too high", `{"checkpoint":{"at":9,"ops":2,"open":[]}}`, "counts 2 operations"},
		{"no count", `{"checkpoint":{"at":9,"open":[]}}`, `expected "ops", 0 or more, in the checkpoint`},
		{"no open ones", `{"checkpoint":{"at":9,"ops":1}}`, `expected "open"`},
		{"no time", `{"checkpoint":{"ops":1,"open":[]}}`, `expected "at"`},
		{"open no array", `{"checkpoint":{"at":9,"ops":1,"open":{}}}`, "expected a JSON array"},
		{"open not whole", `{"checkpoint":{"at":9,"ops":1,"open":[{"client":2,"in":1}]}}`, `expected "call"`},
		{"open overlaps", `{"checkpoint":{"at":9,"ops":1,"open":[{"client":1,"call":1,"in":1}]}}`, "returned at 2"},
		{"open twice", `{"checkpoint":{"at":9,"ops":1,"open":[{"client":2,"call":1,"in":1},{"client":2,"call":1,"in":1}]}}`,
			"client 2 has two operations under way"},
		{"end's count", `{"end":{"ops":3,"elapsed":9}}`, "the end counts 3"},
		{"end no object", `{"end":3}`, "expected one JSON object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readBytes([]byte(head + opLine + c.line + "\n" + opLine))
			var at *file.LineError
			require.ErrorAs(t, err, &at)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "h: line 3 (byte 190)")
			require.Equal(t, file.LineError{"h", 3, int64(len(head + opLine)), at.Err}, *at)

			if c.name != "no closing brace" && c.name != "no string's end" && c.name != "not JSON" {
				_, err = readBytes([]byte(head + opLine + c.line + "\r\n"))
				require.Error(t, err, "also as the last line")
			}
		})
	}
}

func TestNothingFollowsAnEndOrAnOpenOperation(t *testing.T) {
	_, err := readBytes([]byte(head + opLine + endOne + opLine))
	require.ErrorContains(t, err, "line 4 (byte 220): expected nothing after the end line")
	open := `{"client":1,"call":3,"outcome":"unknown","in":1}` + "\n"
	_, err = readBytes([]byte(head + opLine + open + opLine))
	require.ErrorContains(t, err, "operation before has not returned")
}

func TestWhatIsTolerated(t *testing.T) {
	whole := head + opLine + pointOne + endOne
	for name, text := range map[string]string{
		"as written":         whole,
		"CRLF":               strings.ReplaceAll(whole, "\n", "\r\n"),
		"no last line end":   strings.TrimSuffix(whole, "\n"),
		"blank lines":        strings.ReplaceAll(whole, "\n", "\n\n"),
		"spaces":             strings.NewReplacer(":", " : ", ",", " ,\t", "{", " { ", "}", " } ").Replace(opLine[:len(opLine)-1]),
		"other fields":       strings.ReplaceAll(opLine, `"in"`, `"x":{"y":["}",{"z":"\"]"}]},"z":null,"in"`),
		"other order":        `{"out":0,"in":1,"outcome":"ok","return":2,"call":1,"client":1}` + "\n",
		"no checkpoint":      opLine,
		"a second answer":    strings.ReplaceAll(opLine, `"client"`, `"client":5,"client"`),
		"a note that was OK": strings.ReplaceAll(opLine, `"in"`, `"note":"x","in"`),
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(text, "stress") {
				text = head + strings.TrimSuffix(text, "\n") + "\n" + endOne
			}
			h, err := readBytes([]byte(text))
			require.NoError(t, err)
			require.Len(t, h.Ops, 1)
			require.Equal(t, "w", h.Info.Workload)
			require.EqualValues(t, 1, h.Ops[0].Client)
			require.Empty(t, h.Missing)
			require.Empty(t, h.Notes)
		})
	}
}

func TestFilesThatAreNoHistories(t *testing.T) {
	zst := "\x28\xb5\x2f\xfd"
	for _, c := range []struct {
		name, text string
		want       error
		says       string
	}{
		{"empty", "", file.ErrNotHistory, "it is empty"},
		{"line end", "\n", file.ErrNotHistory, "should begin with"},
		{"binary", "\x00\x01\x02\xff\xfe", file.ErrNotHistory, "should begin with"},
		{"text", "hello\n", file.ErrNotHistory, `is "hello"`},
		{"other JSON", `{"a":1}` + "\n", file.ErrNotHistory, "should begin with"},
		{"other kind", `{"stress":"report","format":1}` + "\n", file.ErrNotHistory, "should begin with"},
		{"array", "[1,2]\n", file.ErrNotHistory, "should begin with"},
		{"bad zstd", zst + "garbage, garbage, garbage", file.ErrNotHistory, "use another copy"},
		{"newer", `{"stress":"history","format":2,"seed":"text"}` + "\n", file.ErrVersion,
			"in version 2, and this program reads version 1"},
		{"no version", `{"stress":"history"}` + "\n", file.ErrVersion, "version 0"},
		{"cut zstd's magic", zst[:2], file.ErrTruncated, ""},
		{"cut zstd", zst, file.ErrTruncated, ""},
		{"cut", head[:40], file.ErrTruncated, "cut off inside the header"},
		{"cut in its first word", head[:4], file.ErrTruncated, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readBytes([]byte(c.text))
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.says)
			require.True(t, strings.HasPrefix(err.Error(), "h: "), "it names the file: %v", err)
		})
	}
}

func TestAHeaderOfTheVersionWithAnotherType(t *testing.T) {
	_, err := readBytes([]byte(`{"stress":"history","format":1,"seed":"text"}` + "\n"))
	var at *file.LineError
	require.ErrorAs(t, err, &at)
	require.ErrorContains(t, err, "the header: ")
}

type failing struct{ text *strings.Reader }

var errDisk = errors.New("input/output error")

func (f failing) Read(p []byte) (int, error) {
	if n, err := f.text.Read(p); err == nil {
		return n, nil
	}
	return 0, errDisk
}

func TestErrorsOfReadingAreNotTakenForTheEnd(t *testing.T) {
	r, err := file.NewReader(failing{strings.NewReader(head + opLine + pointOne)}, "h")
	require.NoError(t, err)
	_, err = file.ReadAll[int, int](r)
	require.ErrorIs(t, err, errDisk)
	for _, n := range []int{0, 3, 50} {
		_, err = file.NewReader(failing{strings.NewReader(head[:n])}, "h")
		require.ErrorIs(t, err, errDisk)
		require.NotErrorIs(t, err, file.ErrNotHistory)
	}
}

// silent gives neither bytes nor an end.
type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestASourceThatGivesNothingIsNotTakenForAnEmptyOne(t *testing.T) {
	for _, n := range []int{0, 3, 50} {
		_, err := file.NewReader(io.MultiReader(strings.NewReader(head[:n]), silent{}), "h")
		require.ErrorIs(t, err, io.ErrNoProgress)
	}
	_, err := file.NewReader(silent{}, "h")
	require.NotErrorIs(t, err, file.ErrNotHistory)
}
