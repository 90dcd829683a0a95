package jepsen_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

func decode(t *testing.T, text, model string) *jepsen.History {
	t.Helper()
	h, err := jepsen.Decode(strings.NewReader(text), "h", model)
	require.NoError(t, err, text)
	return h
}

// shown prints operations as "client f key old new call-return outcome value".
func shown(h *jepsen.History) string {
	var lines []string
	for i := range h.Ops {
		op := &h.Ops[i]
		text := func(n int64) string { return h.Values.Text(n) }
		ret := fmt.Sprint(int64(op.Return))
		if op.Return == history.Never {
			ret = "never"
		}
		line := fmt.Sprintf("%d %v %s", op.Client, op.Input.F, text(op.Input.Key))
		switch op.Input.F {
		case jepsen.CAS:
			line += fmt.Sprintf(" %s>%s", text(op.Input.Old), text(op.Input.New))
		case jepsen.Read, jepsen.Get, jepsen.Dequeue, jepsen.Acquire, jepsen.Release:
		default:
			line += " " + text(op.Input.New)
		}
		line += fmt.Sprintf(" %d-%s %v", int64(op.Call), ret, op.Outcome)
		switch {
		case op.Outcome != history.OK:
		case op.Output.Refused:
			line += " refused"
		case op.Input.F == jepsen.Read || op.Input.F == jepsen.Get || op.Input.F == jepsen.Dequeue:
			line += " " + text(op.Output.Value)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestEventsBecomeOperations(t *testing.T) {
	for name, c := range map[string]struct {
		text, model string
		of          jepsen.Type
		want        string
	}{
		"values that only one of call and completion has": {
			text: `{:process 0, :type :invoke, :f :write, :value nil}
{:process 0, :type :ok, :f :write, :value 3}
{:process 0, :type :invoke, :f :write, :value 4}
{:process 0, :type :ok, :f :write, :value nil}`,
			of: jepsen.Register, want: "0 write 0 3 1-2 ok\n0 write 0 4 3-4 ok",
		},
		"a register, a map a line, untimed": {
			text: `{:process 0, :type :invoke, :f :read, :value nil}
{:process 1 :type :invoke :f :write :value 3, :index 1}
{:process 0, :type :ok, :f :read, :value nil}
{:process :nemesis, :type :info, :f :start, :value nil}
{:process 1, :type :ok, :f :write, :value 3}`,
			of:   jepsen.Register,
			want: "0 read 0 1-3 ok nil\n1 write 0 3 2-4 ok",
		},
		"one vector over lines, tagged, timed": {
			text: `; from a test
[#jepsen.history.Op{:index 0, :time 10, :process 0, :type :invoke,
  :f :cas, :value [1 2]}
 {:index 1, :time 15, :process 0, :type :fail, :f :cas, :value [1 2], :error :nope}]`,
			of:   jepsen.CASRegister,
			want: "0 cas 0 1>2 10-15 failed",
		},
		"who goes on after info is somebody else; what never completes is unknown": {
			text: `{:process 3, :type :invoke, :f :write, :value :a}
{:process 3, :type :info, :f :write, :value :a, :error "timeout"}
{:process 3, :type :invoke, :f :read, :value nil}
{:process 4, :type :invoke, :f :write, :value "b"}
{:process 3, :type :ok, :f :read, :value :a}`,
			of:   jepsen.Register,
			want: "3 write 0 :a 1-2 unknown\n4 read 0 3-5 ok :a\n5 write 0 \"b\" 4-never unknown",
		},
		"independent keys": {
			text: `{:process 0, :type :invoke, :f :read, :value [:x nil]}
{:process 1, :type :invoke, :f :cas, :value [7 [1 2]]}
{:process 0, :type :ok, :f :read, :value [:x 1]}
{:process 1, :type :info, :f :cas, :value [7 [1 2]]}`,
			of:   jepsen.CASRegister,
			want: "0 read :x 1-3 ok 1\n1 cas 7 1>2 2-4 unknown",
		},
		"a counter, told by what it reads": {
			text: `{:process 0, :type :invoke, :f :add, :value 2}
{:process 0, :type :ok, :f :add, :value 2}
{:process 0, :type :invoke, :f :read}
{:process 0, :type :ok, :f :read, :value 2}`,
			of:   jepsen.Counter,
			want: "0 add 0 2 1-2 ok\n0 read 0 3-4 ok 2",
		},
		"a set, told by what it reads": {
			text: `{:process 0, :type :invoke, :f :add, :value 2}
{:process 0, :type :ok, :f :add, :value 2}
{:process 0, :type :invoke, :f :read, :value nil}
{:process 0, :type :ok, :f :read, :value #{2 1}}`,
			of:   jepsen.Set,
			want: "0 add 0 2 1-2 ok\n0 read 0 3-4 ok #{1 2}",
		},
		"adds alone, as they are said to be": {
			text:  `{:process 0, :type :invoke, :f :add, :value 2}`,
			model: "set", of: jepsen.Set,
			want: "0 add 0 2 1-never unknown",
		},
		"a queue": {
			text: `{:process 0, :type :invoke, :f :enqueue, :value 2}
{:process 0, :type :ok, :f :enqueue, :value 2}
{:process 0, :type :invoke, :f :dequeue}
{:process 0, :type :ok, :f :dequeue, :value 2}`,
			of:   jepsen.Queue,
			want: "0 enqueue 0 2 1-2 ok\n0 dequeue 0 3-4 ok 2",
		},
		"a mutex": {
			text: `{:process 0, :type :invoke, :f :acquire, :value nil}
{:process 0, :type :ok, :f :acquire, :value nil}
{:process 0, :type :invoke, :f :release, :value nil}`,
			of:   jepsen.Mutex,
			want: "0 acquire 0 1-2 ok\n0 release 0 3-never unknown",
		},
		"texts by key": {
			text: `{:process 0, :type :invoke, :f :append, :key "k", :value "x"}
{:process 0, :type :ok, :f :append, :key "k", :value "x"}
{:process 0, :type :invoke, :f :get, :key "k", :value nil}
{:process 0, :type :ok, :f :get, :key "k", :value "x"}`,
			of:   jepsen.KV,
			want: "0 append \"k\" \"x\" 1-2 ok\n0 get \"k\" 3-4 ok \"x\"",
		},
		"a log": {
			text: "INFO  jepsen.core - Worker 0 starting\n" +
				"INFO  jepsen.util - 0\t:invoke\t:cas\t[3 3]\n" +
				"INFO  jepsen.util - :nemesis :info :start nil\n" +
				"INFO  jepsen.util - 1   :invoke :read   nil\r\n\n" +
				"INFO  jepsen.util - 0\t:fail\t:cas\t[3 3]\n" +
				"INFO  jepsen.util - 1\t:fail\t:read\t:timed-out\n" +
				"INFO  jepsen.util - 1\t:invoke\t:write\t4\n" +
				"INFO  jepsen.util - 1\t:info\t:write\t:timed-out\n",
			of:   jepsen.CASRegister,
			want: "0 cas 0 3>3 1-3 ok refused\n1 read 0 2-4 unknown\n2 write 0 4 5-6 unknown",
		},
	} {
		h := decode(t, c.text, c.model)
		require.Equal(t, c.of, h.Type, name)
		require.Equal(t, c.want, strings.ReplaceAll(shown(h), "nil ", "0 "), name)
	}
}

func TestNotesAndSkipped(t *testing.T) {
	h := decode(t, `{:process 0, :type :invoke, :f :write, :value 1}
{:process :nemesis, :type :info, :f :kill, :value nil}
{:process 0, :type :info, :f :write, :value 1, :error [:timeout "x"]}`, "")
	require.Equal(t, map[int]string{0: `[:timeout "x"]`}, h.Notes)
	require.Equal(t, 1, h.Skipped)
	require.False(t, h.Timed)
}

func TestWhatIsNotTold(t *testing.T) {
	for text, want := range map[string]error{
		"{:process 0, :type :invoke, :f :add, :value 1}": jepsen.ErrType,
		"{:process 0, :type :invoke, :f :read}":          jepsen.ErrType,
		"[]":                                             jepsen.ErrFormat,
		"Dear Sir":                                       jepsen.ErrFormat,
		"":                                               jepsen.ErrFormat,
		`{"stress":"other"}`:                             jepsen.ErrFormat,
		`;; {"stress":"history","format":1,"workload":"wallet"}`: jepsen.ErrFormat,
	} {
		_, err := jepsen.Decode(strings.NewReader(text), "h", "")
		require.ErrorIs(t, err, want, text)
	}
	_, err := jepsen.Decode(strings.NewReader("[]"), "h", "chess")
	require.ErrorContains(t, err, `no data type "chess"; there are register, `)
	_, err = jepsen.Decode(strings.NewReader(`;; {"stress":"history","format":1,"workload":"counter"}`), "h", "set")
	require.ErrorIs(t, err, jepsen.ErrModel)
}

// TestOperationsKnowTheirLines also if they are not in the order of their calls.
func TestOperationsKnowTheirLines(t *testing.T) {
	h := decode(t, `{:process 0, :type :invoke, :f :write, :value 1, :time 5}

{:process 1, :type :invoke, :f :read, :time 3} {:process 1, :type :info, :f :read, :time 8}
{:process 0, :type :ok, :f :write, :value 1,
  :time 9} {:process 2, :type :invoke, :f :read, :time 9}`, "")
	require.Equal(t, []jepsen.Lines{{Call: 3, Return: 3}, {Call: 1, Return: 4}, {Call: 5}}, h.Lines)
}
