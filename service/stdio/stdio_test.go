package stdio_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/stdio"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/workloads/counter"
)

type (
	target = stdio.Target[counter.Input, counter.Output]
	client = harness.Client[counter.Input, counter.Output]
)

// acting is the configuration of a process that plays a role.
func acting(t *testing.T, role string, env ...string) stdio.Config {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return stdio.Config{
		Command: "exec '" + self + "'", Env: append(env, roleVariable+"="+role), Grace: 200 * time.Millisecond,
	}
}

// started starts processes and stops them at the end of the test.
func started(t *testing.T, cfg stdio.Config) *stdio.Processes {
	t.Helper()
	p, err := stdio.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Stop(context.Background())) })
	return p
}

func counters(t *testing.T) words.Workload {
	t.Helper()
	w, ok := words.Of("counter")
	require.True(t, ok)
	return w
}

// run begins a run of processes, and gives clients of it.
func run(t *testing.T, p *stdio.Processes, clients int) (*target, []client) {
	t.Helper()
	s := stdio.New(p, counters(t), map[string]any{"keys": 2, "hot": 0.5}, bridge.JSON[counter.Input, counter.Output]())
	require.NoError(t, s.Setup(t.Context()))
	all := make([]client, clients)
	for i := range all {
		var err error
		all[i], err = s.Open(t.Context(), i)
		require.NoError(t, err)
	}
	return s, all
}

func add(delta int64) counter.Input { return counter.Input{Kind: counter.Add, Key: 1, Delta: delta} }

// TestExchange holds the messages that docs/process.md tells.
func TestExchange(t *testing.T) {
	seen := filepath.Join(t.TempDir(), "seen")
	p, err := stdio.Start(t.Context(), acting(t, "right", seenVariable+"="+seen))
	require.NoError(t, err)
	require.Equal(t, "actor 1.2", p.Version())
	for range 2 { // one run after another
		s, clients := run(t, p, 4)
		out, err := clients[3].Do(t.Context(), add(5))
		require.NoError(t, err)
		require.True(t, out.Seen)
		require.Equal(t, out.Value-5, out.Before)
		_, err = clients[3].Do(t.Context(), counter.Input{Kind: counter.Read})
		require.NoError(t, err)
		require.NoError(t, s.Close(t.Context()))
	}
	require.NoError(t, p.Stop(t.Context()))
	require.NoError(t, p.Err())
	text, err := os.ReadFile(seen)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Len(t, lines, 9)
	require.Equal(t, []string{`{"type":"hello","msg_id":1,"protocol":1}`}, lines[:1])
	require.Regexp(t, `^{"type":"init","msg_id":2,"run":"[a-z0-9]{12}","workload":"counter","params":{"keys":2},`+
		`"process":0,"processes":1}$`, lines[1])
	require.Equal(t, []string{
		`{"type":"add","msg_id":3,"client":3,"key":1,"delta":5}`, `{"type":"read","msg_id":4,"client":3,"key":0}`,
		`{"type":"close","msg_id":5}`,
	}, lines[2:5])
	require.NotEqual(t, lines[1][:60], lines[5][:60], "each run has a name of its own")
}

// TestAnswersInAnyOrder has three operations under way at once, which are answered backwards.
func TestAnswersInAnyOrder(t *testing.T) {
	_, clients := run(t, started(t, acting(t, "backwards")), 3)
	var g errgroup.Group
	values := make([]int64, 3)
	for i, c := range clients {
		g.Go(func() error {
			out, err := c.Do(t.Context(), add(int64(i+1)))
			values[i] = out.Value - out.Before
			return err
		})
	}
	require.NoError(t, g.Wait())
	require.Equal(t, []int64{1, 2, 3}, values, "each has the answer to its own")
}

// TestLateAnswer gives up an operation; its answer, which comes later, is nobody's, and no error.
func TestLateAnswer(t *testing.T) {
	seen := filepath.Join(t.TempDir(), "seen")
	p := started(t, acting(t, "late", seenVariable+"="+seen))
	s, clients := run(t, p, 2)
	over := errors.New("over")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := clients[0].Do(ctx, add(1))
		done <- err
	}()
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(seen)
		return err == nil && strings.Contains(string(text), `"type":"add"`)
	}, time.Minute, time.Millisecond)
	cancel(over)
	err := <-done
	require.ErrorIs(t, err, over)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
	_, err = clients[0].Do(ctx, add(1))
	require.ErrorIs(t, err, harness.ErrNotApplied, "nothing is sent for who is gone")
	out, err := clients[1].Do(t.Context(), add(1))
	require.NoError(t, err)
	require.EqualValues(t, 2, out.Value)
	require.NoError(t, s.Close(t.Context()))
	require.NoError(t, p.Err())
}

// TestErrors holds which codes prove that nothing happened.
func TestErrors(t *testing.T) {
	p := started(t, acting(t, "errors"))
	_, clients := run(t, p, 1)
	definite := map[int64]bool{11: true, 12: true, 14: true, 20: true, 21: true, 22: true, 30: true}
	for _, code := range []int64{0, 1, 11, 12, 13, 14, 20, 21, 22, 30, 31, 1000, -1} {
		_, err := clients[0].Do(t.Context(), add(code))
		require.ErrorContains(t, err, fmt.Sprintf("error %d ", code))
		require.ErrorContains(t, err, "as you like")
		require.Equal(t, definite[code], errors.Is(err, harness.ErrNotApplied), "%d: %v", code, err)
	}
	require.NoError(t, p.Err(), "an error is an answer")
	_, err := clients[0].Do(t.Context(), add(10))
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorContains(t, p.Err(), `the process does not know the operation add (code 10)`)
	require.ErrorContains(t, p.Err(), `"operations"`, "it says what to do")
}

// TestWrongAnswers holds what becomes of an answer that the protocol does not have: the operation is unknown, nothing is asked
// any more, and the error shows the line and says what is wrong with it.
func TestWrongAnswers(t *testing.T) {
	for say, want := range map[string]string{
		"got an add!":                          "stdout is for messages, one JSON object a line: log to stderr): got an add!",
		"\x1b[31mred":                          `log to stderr): \x1b[31mred`,
		"":                                     "an empty line",
		"[1]":                                  "no JSON object",
		"null":                                 "no JSON object",
		"7":                                    "no JSON object",
		`{"type":"add_ok"`:                     "no JSON object",
		"\xff\xfe":                             `no UTF-8 (stdout is for messages, one JSON object a line: log to stderr): \xff\xfe`,
		`{"type":"add_ok","in_reply_to":%d}{}`: "more than one JSON object in a line",
		`{"in_reply_to":%d}`:                   `has no "type"`,
		`{"type":7,"in_reply_to":%d}`:          `has no "type" that is a text`,
		`{"type":"add_ok"}`:                    `has no "in_reply_to"`,
		`{"type":"add_ok","in_reply_to":"3"}`:  `has no "in_reply_to" that is the msg_id`,
		`{"type":"add_ok","in_reply_to":99}`:   "answers message 99, which there is not",
		`{"type":"add_ok","in_reply_to":0}`:    "answers message 0, which there is not",
		`{"type":"add_ok","in_reply_to":1}`:    "answers message 1, which it has answered before",
		`{"type":"added","in_reply_to":%d}`:    "answers add, but is none of add_ok, error",
		`{"type":"read_ok","in_reply_to":%d,"value":1}`:    "answers add, but is none of add_ok, error",
		`{"type":"add_ok","in_reply_to":%d,"valeu":1}`:     `tells "valeu", which no answer to add does: it may tell value, before`,
		`{"type":"add_ok","in_reply_to":%d,"value":"1"}`:   `tells "value", which is no whole number`,
		`{"type":"add_ok","in_reply_to":%d,"value":1.5}`:   `tells "value", which is no whole number`,
		`{"type":"error","in_reply_to":%d}`:                `is an error without a "code"`,
		`{"type":"error","in_reply_to":%d,"code":"crash"}`: `is an error without a "code"`,
	} {
		t.Run(want, func(t *testing.T) {
			p := started(t, acting(t, "says", sayVariable+"="+say))
			ctx, cancel := p.Context(t.Context())
			defer cancel()
			s, clients := run(t, p, 1)
			_, err := clients[0].Do(t.Context(), add(1))
			require.Error(t, err)
			require.NotErrorIs(t, err, harness.ErrNotApplied)
			require.ErrorContains(t, p.Err(), "the process wrote")
			require.ErrorContains(t, p.Err(), want)
			<-ctx.Done()
			require.Equal(t, p.Err(), context.Cause(ctx), "the run ends")
			_, err = clients[0].Do(t.Context(), add(1))
			require.ErrorIs(t, err, harness.ErrNotApplied)
			require.ErrorContains(t, s.Close(t.Context()), want, "and tells why")
			require.ErrorContains(t, s.Setup(t.Context()), want, "there is no other")
		})
	}
}

// TestSecondAnswer answers an operation twice.
func TestSecondAnswer(t *testing.T) {
	answer := `{"type":"add_ok","in_reply_to":%d}`
	p := started(t, acting(t, "says", sayVariable+"="+answer+"\n"+answer))
	ctx, cancel := p.Context(t.Context())
	defer cancel()
	_, clients := run(t, p, 1)
	_, err := clients[0].Do(t.Context(), add(1))
	require.NoError(t, err, "the first counts")
	<-ctx.Done()
	require.ErrorContains(t, p.Err(), "answers message 3, which it has answered before: each message has one answer: {")
}

// TestWholeNumbers holds that 7.0 and null are what they mean.
func TestWholeNumbers(t *testing.T) {
	say := `{"type":"add_ok","in_reply_to":%d.0,"value":7e0,"before":null}`
	_, clients := run(t, started(t, acting(t, "says", sayVariable+"="+say)), 1)
	out, err := clients[0].Do(t.Context(), add(1))
	require.NoError(t, err)
	require.Equal(t, counter.Output{Value: 7, Before: 6, Seen: true}, out)
}

// TestDeath has the process end in the middle of an answer.
func TestDeath(t *testing.T) {
	p := started(t, acting(t, "dies"))
	ctx, cancel := p.Context(t.Context())
	defer cancel()
	s, clients := run(t, p, 2)
	_, err := clients[0].Do(t.Context(), add(1))
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied, "what was under way is unknown")
	require.NotContains(t, err.Error(), "\n", "thousands may tell it")
	_, err = clients[1].Do(t.Context(), add(1))
	require.ErrorIs(t, err, harness.ErrNotApplied, "nothing is sent any more")
	<-ctx.Done()
	err = s.Close(t.Context())
	require.EqualError(t, err, p.Err().Error())
	require.ErrorContains(t, err, `the process ended its output within a line: {"type":"add_ok","in_rep`)
	require.ErrorContains(t, err, "status 7")
	require.ErrorContains(t, err, "out of luck")
}

// TestLineTooLong has a line of 17 MB.
func TestLineTooLong(t *testing.T) {
	p := started(t, acting(t, "long"))
	_, clients := run(t, p, 1)
	_, err := clients[0].Do(t.Context(), add(1))
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorContains(t, p.Err(), "the process wrote a line longer than 16 MB (stdout is for messages")
	require.Less(t, len(p.Err().Error()), 500)
}

// TestMute has a process that closes its output and goes on.
func TestMute(t *testing.T) {
	p := started(t, acting(t, "mute"))
	_, clients := run(t, p, 1)
	_, err := clients[0].Do(t.Context(), add(1))
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
	require.EqualError(t, p.Err(), "the process closed its output")
}

// TestNoStart holds what is said of a process that can't be greeted.
func TestNoStart(t *testing.T) {
	deaf := acting(t, "deaf")
	deaf.Patience = 100 * time.Millisecond
	negative, many := acting(t, "right"), acting(t, "right")
	negative.Grace, many.Processes = -1, stdio.MostProcesses+1
	for want, cfg := range map[string]stdio.Config{
		"Cannot find module 'express'": acting(t, "dead"),
		"nothing came within 100ms: it must answer each line of its input by a line on stdout, and flush that": deaf,
		"names the operation raed, which no workload has":                                                      acting(t, "typo"),
		"status 127":                      {Command: "exec no-such-program-here"},
		"has no command":                  {Command: " "},
		"must not be negative":            negative,
		"processes must be 1 to 100, not": many,
	} {
		p, err := stdio.Start(t.Context(), cfg)
		require.ErrorContains(t, err, want)
		require.Nil(t, p)
	}
}

// TestOperations holds which operations are asked for.
func TestOperations(t *testing.T) {
	w := counters(t)
	right := started(t, acting(t, "right"))
	require.Equal(t, []string{"add", "read"}, right.Operations(w))
	require.Empty(t, right.Missing(w))
	wallet, _ := words.Of("wallet")
	require.Equal(t, "one of deposit, deduct, transfer", right.Missing(wallet))
	reader := started(t, acting(t, "reader"))
	require.Equal(t, []string{"read"}, reader.Operations(w))
	require.Equal(t, "add", reader.Missing(w))
	terse := started(t, acting(t, "terse")) // it knows neither hello nor close
	require.Equal(t, []string{"add", "read"}, terse.Operations(w))
	require.Empty(t, terse.Version())
	s, _ := run(t, terse, 1)
	require.NoError(t, s.Close(t.Context()))
}

// TestSeveral has clients of several processes, of which the first hears of the run before the others.
func TestSeveral(t *testing.T) {
	seen := filepath.Join(t.TempDir(), "seen")
	cfg := acting(t, "right", seenVariable+"="+seen)
	cfg.Processes = 3
	p := started(t, cfg)
	s, clients := run(t, p, 5)
	for _, c := range clients {
		out, err := c.Do(t.Context(), add(1))
		require.NoError(t, err)
		require.LessOrEqual(t, out.Value, int64(2), "each process counts by itself")
	}
	require.NoError(t, s.Close(t.Context()))
	text, err := os.ReadFile(seen)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	require.Contains(t, lines[3], `"process":0,"processes":3`)
	require.Equal(t, 3, strings.Count(string(text), `"type":"init"`))
	require.Equal(t, 3, strings.Count(string(text), `"type":"close"`))
}

// TestStubborn stops a process that goes on without input and without heeding SIGTERM.
func TestStubborn(t *testing.T) {
	p, err := stdio.Start(t.Context(), acting(t, "stubborn"))
	require.NoError(t, err)
	require.NoError(t, p.Stop(t.Context()))
	require.NoError(t, p.Stop(t.Context()), "again")
}

// TestReserved holds that no operation has a value by a name that all messages have.
func TestReserved(t *testing.T) {
	for _, w := range words.All() {
		for _, o := range w.Operations {
			for _, v := range append(o.Inputs, o.Outputs...) {
				require.NotContains(t, []string{"type", "msg_id", "in_reply_to", "client", "code", "text"}, v.Name)
			}
			for result := range o.Results {
				require.NotContains(t, []string{"error", o.Name + "_ok"}, result)
			}
		}
	}
}
