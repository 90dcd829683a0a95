package stdio

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
)

func TestEncode(t *testing.T) {
	line, err := encode("add", 7, []field{{"key", int32(3)}, {"say", "a\nb"}})
	require.NoError(t, err)
	want := `{"type":"add","msg_id":7,"key":3,"say":"a\nb"}` + "\n"
	require.Equal(t, want, string(line), "in order, and one line")
	_, err = encode("add", 7, []field{{"key", make(chan int)}})
	require.ErrorContains(t, err, "key")
}

func TestLines(t *testing.T) {
	text := "a\r\n\n" + strings.Repeat("x", 100<<10) + "\nrest"
	in := newLines(iotest.HalfReader(strings.NewReader(text)), 100<<10)
	for _, want := range []string{"a", "", strings.Repeat("x", 100<<10)} {
		line, err := in.next()
		require.NoError(t, err)
		require.Equal(t, want, string(line))
	}
	line, err := in.next()
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, "rest", string(line))
	_, err = newLines(strings.NewReader(text), 100<<10-1).next()
	require.NoError(t, err)
	in = newLines(strings.NewReader(strings.Repeat("x", 200)+"\n"), 199)
	_, err = in.next()
	require.ErrorIs(t, err, errTooLong)
}

func TestExcerpt(t *testing.T) {
	require.Equal(t, `a\tb\x1b[31m\xff é`, excerpt([]byte("a\tb\x1b[31m\xff é")))
	long := excerpt([]byte(strings.Repeat("é", 1000)))
	require.True(t, strings.HasSuffix(long, "é…"))
	require.LessOrEqual(t, len(long), mostShown+10)
}

// TestUnread talks to a process that reads nothing: a message that nobody has begun to send was surely not sent.
func TestUnread(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cfg, err := Config{
		Command: "exec '" + self + "'", Env: []string{"STDIO_TEST_ROLE=blocked"}, Grace: 100 * time.Millisecond,
	}.checked()
	require.NoError(t, err)
	all, err := Start(t.Context(), cfg)
	require.NoError(t, err)
	p := all.all[0]
	_, err = all.call(t.Context(), p, "init")
	require.NoError(t, err)
	p.lines <- []byte(strings.Repeat(" ", 1<<20) + "\n") // more than a pipe holds: the writer waits from now on
	over := errors.New("over")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := p.ask(ctx, "add", nil)
		done <- err
	}()
	require.Eventually(t, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.waiting) == 1
	}, time.Minute, time.Millisecond)
	cancel(over)
	err = <-done
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, over)
	require.ErrorContains(t, err, "the process has not read its input")
	require.Empty(t, p.waiting)
	require.NoError(t, all.Stop(t.Context()))
}

// FuzzParse holds of all lines that they are an answer or an error that can be shown.
func FuzzParse(f *testing.F) {
	for _, line := range []string{
		`{"type":"deduct_ok","in_reply_to":7,"balance":970,"before":1000}`, `{"type":"error","in_reply_to":7,"code":11,"text":"no"}`,
		`{"type":"read-all_ok","in_reply_to":7.0,"balances":[1,2e3,null,{"a":1e999}]}`, "oops", "", "null", "[]", "{}{}", "\xff",
		`{"type":"x","in_reply_to":9223372036854775808}`, `{"type":"x","in_reply_to":1} `, "\x1b[2J",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		a, err := parse(line)
		if err != nil {
			require.Nil(t, a)
			require.True(t, utf8.ValidString(err.Error()))
			require.NotContains(t, err.Error(), "\n")
			require.NotContains(t, err.Error(), "\x1b")
			require.Less(t, len(err.Error()), 2*mostShown)
			return
		}
		require.True(t, json.Valid(line), "what is an answer is JSON")
		require.NotEmpty(t, a.kind)
		code, err := a.code()
		if err != nil {
			require.ErrorContains(t, err, a.line)
			return
		}
		require.NotEmpty(t, a.failure(code).Error())
	})
}
