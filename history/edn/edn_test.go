package edn_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history/edn"
)

func TestValuesArePrintedAlike(t *testing.T) {
	for text, want := range map[string]string{
		"nil": "nil", "true": "true", "false": "false",
		"0": "0", "-0": "0", "+7": "7", "7N": "7", "-12": "-12", "123456789012345678901234567890": "123456789012345678901234567890",
		"1.5": "1.5", "2e10": "2e10", "3.0M": "3.0M", "1/2": "1/2", "-1/2": "-1/2", "##Inf": "##Inf", "##-Inf": "##-Inf",
		`"a\"b\\c\n\té"`: `"a\"b\\c\n\té"`, `"\u0041\u00e9"`: `"Aé"`, `"\uD83D\uDE00"`: `"😀"`, `"\u0001"`: `"\u0001"`,
		"\"two\nlines\"": `"two\nlines"`,
		`\a`:             `\a`, `\newline`: `\newline`, `\(`: `\(`, `[\a\]]`: `[\a \]]`, `\é`: `\é`,
		":a": ":a", ":jepsen/x": ":jepsen/x", "sym": "sym", "-": "-", "+x": "+x", "a.b/c": "a.b/c",
		"(1 2)": "(1 2)", "[1,2 , 3]": "[1 2 3]", "[]": "[]", "#{}": "#{}", "{}": "{}",
		"#{3 1 2 10}":         "#{1 2 3 10}",
		"#{-3 -10 2 nil :a}":  "#{nil -10 -3 2 :a}",
		"#{[2] [1 2] [1]}":    "#{[1] [1 2] [2]}",
		"{:b 1, :a {:d 2}}":   "{:a {:d 2}, :b 1}",
		"#inst \"2024\"":      "#inst \"2024\"",
		"#jepsen.Op{:a 1}":    "#jepsen.Op {:a 1}",
		"#a #b 1":             "#a #b 1",
		"[1 ; two\n 3]":       "[1 3]",
		"[1 #_ 2 3 #_[4 5]]":  "[1 3]",
		"[#_ #_ 1 2 3]":       "[3]",
		" \n,; begin\n 5 ; e": "5",
	} {
		v, err := edn.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, v.String(), text)
		again, err := edn.Parse(v.String())
		require.NoError(t, err, text)
		require.Equal(t, v, again, text)
	}
}

func TestWhatIsNoValue(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "expected a value, found nothing",
		" ; nothing":            "expected a value, found nothing",
		"1 2":                   "expected one value, found more",
		"[1\n(2\n]":             `line 3: expected ')' for the '(' that begins on line 2, found ']'`,
		"[1\n{:a 1":             `line 2: the text ends inside the '{' that begins on line 2`,
		"\"abc\n\n":             `line 3: the text ends inside the '"' that begins on line 1`,
		")":                     "expected a value, found ')'",
		"{:a}":                  `the map has the key ":a" without a value`,
		"{:a 1\n :a 2}":         `line 2: ":a" is there twice`,
		"#{1 2 +1}":             `"1" is there twice`,
		"#{[1 2] [1 2]}":        `"[1 2]" is there twice`,
		"08":                    "without leading zeros",
		"1x":                    `expected a number, found "1x"`,
		"0x10":                  `expected a number, found "0x10"`,
		"1_000":                 "expected a number",
		"1/":                    "expected a number",
		":":                     "the name of a keyword",
		"^{:a 1} b":             "expected a value, found",
		"#":                     "expected a set or a tag after #",
		"#5 a":                  "expected a set or a tag after #",
		"#a":                    "expected a value, found the end",
		"#_":                    "expected a value, found the end",
		`\`:                     "expected a value, found the end",
		`\ `:                    "expected a character after the backslash",
		`"\q"`:                  "an escape that EDN knows",
		`"\u12g4"`:              "four hexadecimal digits",
		`"\ud83d"`:              `the other half of the character \ud83d`,
		"\"\xff\"":              "a string in UTF-8",
		"a\xff":                 "text in UTF-8",
		"a\x00":                 "text in UTF-8",
		strings.Repeat("[", 66): "more than 64 deep",
		strings.Repeat("#_", 66) + strings.Repeat("1 ", 67): "more than 64 deep",
	} {
		_, err := edn.Parse(text)
		require.ErrorContains(t, err, want, "%q", text)
		require.ErrorAs(t, err, new(*edn.Error), "%q", text)
	}
}

func all(t *testing.T, text string) (forms, lines []string, err error) {
	t.Helper()
	r := edn.NewReader(strings.NewReader(text))
	for {
		v, err := r.Next()
		if errors.Is(err, io.EOF) {
			return forms, lines, nil
		}
		if err != nil {
			return forms, lines, err
		}
		forms, lines = append(forms, v.String()), append(lines, fmt.Sprint(r.Line()))
	}
}

func TestFormsComeOneByOne(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"; c\n{:a 1}\n\n{:b\n2} 3": "{:a 1} {:b 2} 3",
		"[{:a 1}\n{:b 2}]\n; end":  "{:a 1} {:b 2}",
		"({:a 1} [2])":             "{:a 1} [2]",
		"[]":                       "",
		"{:a 1} [2]":               "{:a 1} [2]",
	} {
		forms, _, err := all(t, text)
		require.NoError(t, err, text)
		require.Equal(t, want, strings.Join(forms, " "), text)
	}
	_, lines, err := all(t, "\n[{:a 1}\n; c\n{:b\n2} 3]")
	require.NoError(t, err)
	require.Equal(t, []string{"2", "4", "5"}, lines)

	for text, want := range map[string]string{
		"[1\n2\n":    "line 3: the text ends inside the '[' that begins on line 1: it may have been cut off",
		"[1]\n\n2":   "line 3: expected nothing after the ']' that ended the history, found '2'",
		"[1)":        "expected a value, found ')'",
		"{:a 1}\n]":  "line 2: expected a value, found ']'",
		"{:a 1}\n{:": "line 2: ",
	} {
		_, _, err := all(t, text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestAnErrorSaysWhereItsLineBegins(t *testing.T) {
	_, _, err := all(t, "{:a 1}\n{:b ]}")
	var at *edn.Error
	require.ErrorAs(t, err, &at)
	require.EqualValues(t, 2, at.Line)
	require.EqualValues(t, 7, at.Offset)
}

// endless is a history that never ends; it counts what is taken.
type endless struct {
	text  string
	taken int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.taken%len(e.text):])
	e.taken += n
	return n, nil
}

// TestAVectorOfAnySizeIsRead holds that a form is given out before much of what follows it was read.
func TestAVectorOfAnySizeIsRead(t *testing.T) {
	const form = "{:type :ok, :value [1 2]}\n"
	in := &endless{text: form}
	r := edn.NewReader(io.MultiReader(strings.NewReader("["), in))
	for n := 1; n < 50_000; n++ {
		_, err := r.Next()
		require.NoError(t, err)
		require.LessOrEqual(t, in.taken, n*len(form)+128<<10)
	}
}

func TestAReaderThatFailsIsNoEnd(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("{:a 1}\n"), failing{})
	r := edn.NewReader(broken)
	_, err := r.Next()
	require.NoError(t, err)
	_, err = r.Next()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotErrorIs(t, err, io.EOF)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestGet(t *testing.T) {
	v, err := edn.Parse(`#op {:a 1, "b" 2, :c nil, :d 99999999999999999999}`)
	require.NoError(t, err)
	_, there := v.Get("a")
	require.False(t, there, "it is behind a tag")
	v = v.Untagged()
	a, there := v.Get("a")
	n, whole := a.Int64()
	require.True(t, there && whole)
	require.EqualValues(t, 1, n)
	_, there = v.Get("b")
	require.False(t, there, "a string is no keyword")
	c, there := v.Get("c")
	require.True(t, there)
	require.Equal(t, edn.Value{}, c)
	d, _ := v.Get("d")
	_, whole = d.Int64()
	require.False(t, whole)
	_, whole = v.Int64()
	require.False(t, whole)
}

// FuzzEDN holds that no text makes the reader panic, or hold more than a form may take, and that what it reads is read
// again from what is printed.
func FuzzEDN(f *testing.F) {
	for _, seed := range []string{
		`{:process 0, :type :invoke, :f :cas, :value [3 4], :time 12}`, `#{1 [2 nil] {:a "b\n\u0041"}} \a #inst "x"`,
		"[{:a 1}\n{:b #_2 3.5}] ; end", "(1 -2N +3 4/5 6M ##Inf)", "\"", "#", "\\", "[[[", "{:a 1 :a 1}", "#_#_", "\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(hold)
}

// hold is what must hold of any text.
func hold(t *testing.T, text string) {
	r := edn.NewReader(strings.NewReader(text))
	values := 0
	for {
		v, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			require.ErrorAs(t, err, new(*edn.Error))
			return
		}
		values += size(v)
		require.LessOrEqual(t, values, len(text), "more values than bytes")
		again, err := edn.Parse(v.String())
		require.NoError(t, err, "%q: %s", text, v)
		require.Equal(t, 0, edn.Compare(v, again), "%q: %s", text, v)
	}
}

// TestAnyText holds the same of texts that are likelier to be read than those of the fuzzer.
func TestAnyText(t *testing.T) {
	parts := strings.Split(`{ } [ ] ( ) #{ # #_ #a "x" "\n" \ \a :a :b 1 -2 +3 4N 5.5 6/7 nil true sym ; ,`, " ")
	parts = append(parts, "\n", " ", " ", "]", "}", "\"", "\xff", "\x00", `\u0041`)
	read := 0
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 5))
		var b strings.Builder
		for range r.IntN(14) {
			b.WriteString(parts[r.IntN(len(parts))] + strings.Repeat(" ", r.IntN(2)))
		}
		hold(t, b.String())
		if _, err := edn.Parse(b.String()); err == nil {
			read++
		}
	}
	require.Greater(t, read, 500)
}

func size(v edn.Value) int {
	n := 1
	for _, item := range v.Items {
		n += size(item)
	}
	return n
}
