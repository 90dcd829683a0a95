package jepsen_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
)

// TestMalformed holds that what can't have happened is an error with its line, never a history.
func TestMalformed(t *testing.T) {
	const read = "{:process 0, :type :invoke, :f :read, :value nil}\n"
	for _, c := range []struct{ text, model, want string }{
		{read + "{:process 0, :type :invoke, :f :write, :value 1}", "",
			"line 2 (byte 50): process 0 calls :write before its :read of line 1 has completed"},
		{read + "{:process 1, :type :ok, :f :read, :value 1}", "",
			"line 2 (byte 50): process 1 completes :read, but has called nothing"},
		{read + "{:process 0, :type :ok, :f :write, :value 1}", "", "completes :write, but called :read on line 1"},
		{"{:process 0, :type :invoke, :f :read, :time 5}\n{:process 0, :type :ok, :f :read, :value 1, :time 4}", "",
			"line 2 (byte 47): process 0 completes :read at 4, before it was called at 5 on line 1"},
		{"{:process 0, :type :invoke, :f :read, :time 5}\n{:process 0, :type :ok, :f :read, :value 1, :time 7}\n" +
			"{:process 0, :type :invoke, :f :read, :time 6}", "",
			"line 3 (byte 100): process 0 calls :read at 6, before its last operation completed at 7"},
		{"{:process 0, :type :invoke, :f :read, :time 5}\n{:process 0, :type :ok, :f :read, :value 1}", "",
			"expected a :time, as line 1 has one"},
		{read + "{:process 0, :type :ok, :f :read, :value 1, :time 3}", "", "expected no :time, as line 1 has none"},
		{"{:process 0, :type :invoke, :f :read, :time 9223372036854775807}", "", "beyond all clocks"},
		{"{:process 0, :type :invoke, :f :read, :time :now}", "", "expected nanoseconds in :time, found :now"},
		{"{:process 0, :type :invoke, :f :read, :index 3}\n{:process 0, :type :ok, :f :read, :value 1, :index 3}", "",
			"expected an :index of at least 4, found 3"},
		{read + "\n\n{:process 0, :type :ok, :f :read\n :value 1} ]", "", "line 5 (byte 85): expected a value, found ']'"},
		{read + "{:process 0, :type :ok", "", "line 2 (byte 50): the text ends inside the '{' that begins on line 2"},
		{"[" + read, "", "the text ends inside the '[' that begins on line 1"},
		{read + "5", "", "expected an operation {:process …, :type …, :f …, :value …}, found \"5\""},
		{"{:type :invoke, :f :read}", "", "line 1 (byte 0): expected a number or a name in :process, found none"},
		{"{:process 99999999999999999999, :type :invoke, :f :read}", "", "beyond 64 bits"},
		{"{:process 0, :f :read}", "", "expected :type :invoke, :ok, :fail or :info, found none"},
		{"{:process 0, :type :begin, :f :read}", "", "found :begin"},
		{"{:process 0, :type :invoke}", "", "expected what was asked in :f, found none"},
		{"{:process 0, :type :invoke, :f :txn, :value []}", "", "no data type here has :txn; there are read, write"},
		{"{:process 0, :type :invoke, :f :write, :value 1}\n{:process 0, :type :ok, :f :write, :value 2}", "",
			"line 2 (byte 49): the operation was called with 1, and completes with 2"},
		{"{:process 0, :type :invoke, :f :cas, :value [1 2]}\n{:process 0, :type :ok, :f :cas, :value [1 3]}", "",
			"the operation was called with [1 2], and completes with [1 3]"},
		{"{:process 0, :type :invoke, :f :cas, :value 3}", "", "expected [old new] of :cas, found 3"},
		{"{:process 0, :type :invoke, :f :cas, :value [3 [4]]}", "", "not of a"},
		{"{:process 0, :type :invoke, :f :write, :value {:a 1}}", "", ":write with the value {:a 1} is not of a register"},
		{"{:process 0, :type :invoke, :f :enqueue, :value nil}", "", "is not of a"},
		{"{:process 0, :type :invoke, :f :put, :value 3}", "", "is not of a"},
		{read + "{:process 1, :type :invoke, :f :enqueue, :value 1}", "",
			"line 2 (byte 50): :enqueue with the value 1 is not of a register or cas-register or counter or set, " +
				"which the operations above are of"},
		{read, "queue", "line 1 (byte 0): :read with the value nil is not of a queue, which the history was said to be of"},
		{read + "{:process 1, :type :invoke, :f :write, :value [1 2]}", "", "[1 2] is [key value], and line 1 has no key"},
		{"{:process 1, :type :invoke, :f :write, :value [1 2]}\n" + read, "", "nil has no key, and line 1 is [key value]"},
		{"{:process 1, :type :invoke, :f :read, :value [1 nil]}\n{:process 1, :type :ok, :f :read, :value 3}", "",
			"expected a value [key …], as line 1 has, found 3"},
		{"{:process 1, :type :invoke, :f :read, :value [1 nil]}\n{:process 1, :type :ok, :f :read, :value [2 3]}", "",
			"called on the key 1, and completes on 2"},
		{"{:process 0, :type :invoke, :f :read, :retries -1}", "", "expected 0 to 65,535 in :retries"},
		{"{:process 0, :type :invoke, :f :read, :phase :later}", "", "is none of main, warmup, final"},
		{"INFO jepsen.util - 0 :invoke :read nil\nNFO jepsen.util - 0 :ok :read 1", "", "line 2 (byte 39): expected a line like"},
		{"INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util 0 :ok :read 1", "",
			`line 2 (byte 39): expected "jepsen.util - " and an event after INFO`},
		{"INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - x :ok :read 1", "", "expected the number of a process"},
		{"INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok :read", "",
			"line 2 (byte 39): expected a value, found nothing"},
		{"INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok :read ]", "",
			"line 2 (byte 39): expected a value, found ']'"},
		{"INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0", "", "line 2"},
		{`;; {"stress":"history","format":1,"workload":3}`, "", "the head of a history that this program wrote is damaged"},
		{`;; {"stress":"history","format":7}`, "", "version 7"},
	} {
		h, err := jepsen.Decode(strings.NewReader(c.text), "h", c.model)
		require.ErrorContains(t, err, c.want, c.text)
		require.ErrorAs(t, err, new(*file.LineError), c.text)
		require.Nil(t, h)
	}
}
