package foreign_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/workloads/foreign"
)

// run makes a history of operations "f value" or "f value answer" that one process makes one after another; one whose
// answer is ? never completes, and is another process'.
func run(t *testing.T, model string, ops ...string) (*foreign.Workload, *jepsen.History) {
	t.Helper()
	var b strings.Builder
	for i, text := range ops {
		f, rest, _ := strings.Cut(text, " ")
		value, answer, answered := strings.Cut(rest, " | ")
		process, stage := "0", ":ok"
		switch {
		case answer == "?":
			process = "1" + strings.Repeat("0", i)
		case answer == "fail":
			stage, answer = ":fail", value
		case !answered:
			answer = value
		}
		b.WriteString("{:process " + process + ", :type :invoke, :f :" + f + ", :value " + value + "}\n")
		if answer != "?" {
			b.WriteString("{:process 0, :type " + stage + ", :f :" + f + ", :value " + answer + "}\n")
		}
	}
	h, err := jepsen.Decode(strings.NewReader(b.String()), "h", model)
	require.NoError(t, err, b.String())
	return foreign.New(h), h
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		model string
		want  checkers.Status
		ops   string
	}{
		{"register", checkers.Valid, "read nil | nil; write 3; read nil | 3; write nil; read nil | nil"},
		{"register", checkers.Invalid, "read nil | 0"},
		{"register", checkers.Invalid, "write 3; write :a; read nil | 3"},
		{"register", checkers.Valid, "write 3; write 4 | ?; read nil | 3; read nil | 4"},
		{"register", checkers.Invalid, "write 3; write 4 | ?; read nil | 4; read nil | 3"},
		{"register", checkers.Invalid, "write 3; write 4 | fail; read nil | 4"},
		{"cas-register", checkers.Valid, "cas [nil 1]; cas [1 2]; cas [5 6] | fail; read nil | 2"},
		{"cas-register", checkers.Invalid, "cas [1 2]"},
		{"cas-register", checkers.Valid, "write 1; cas [1 2] | ?; read nil | 2"},
		{"cas-register", checkers.Invalid, "write 1; cas [0 2] | ?; read nil | 2"},
		{"cas-register", checkers.Valid, "write [:a 1]; cas [:b [nil 2]]; read [:a nil] | [:a 1]; read [:b nil] | [:b 2]"},
		{"cas-register", checkers.Invalid, "write [:a 1]; cas [:b [nil 2]]; read [:a nil] | [:a 2]"},
		{"counter", checkers.Valid, "add 2; add -5; read nil | -3; add 9 | ?; read nil | 6; add 1 | fail; read nil | 6"},
		{"counter", checkers.Invalid, "add 2; read nil | 3"},
		{"counter", checkers.Invalid, "add 2; add 9 | ?; read nil | 11; read nil | 2"},
		{"counter", checkers.Invalid, "add 2; add 1; read nil | 2; add 1"},
		{"counter", checkers.Valid, "add [:x 2]; read [:y nil] | [:y 0]; read [:x nil] | [:x 2]"},
		{"set", checkers.Valid, "read nil | []; add 1; add :b; add 1; read nil | #{1 :b}; remove 1; read nil | (:b); remove 7"},
		{"set", checkers.Invalid, "add 1; read nil | #{}"},
		{"set", checkers.Invalid, "add 1; read nil | #{1 2}"},
		{"set", checkers.Valid, "add 1 | ?; read nil | []; read nil | [1]"},
		{"set", checkers.Invalid, "add 1 | ?; read nil | [1]; read nil | []"},
		{"set", checkers.Valid, "add 1; add 2; add 3; add 4; add 5; add 6; add 7; add 8; add 9; remove 9; " +
			"read nil | [8 7 6 5 4 3 2 1]"},
		{"queue", checkers.Valid, "dequeue nil | nil; enqueue 1; enqueue :b; dequeue nil | 1; dequeue nil | :b; dequeue nil | nil"},
		{"queue", checkers.Invalid, "enqueue 1; enqueue 2; dequeue nil | 2"},
		{"queue", checkers.Invalid, "enqueue 1; dequeue nil | nil"},
		{"queue", checkers.Invalid, "enqueue 1; dequeue nil | 1; dequeue nil | 1"},
		{"queue", checkers.Valid, "enqueue 1; dequeue nil | ?; dequeue nil | nil"},
		{"queue", checkers.Valid, "enqueue 1 | ?; dequeue nil | nil; dequeue nil | 1"},
		{"mutex", checkers.Valid, "acquire nil; release nil; acquire nil; release nil | ?; acquire nil"},
		{"mutex", checkers.Invalid, "acquire nil; acquire nil"},
		{"mutex", checkers.Invalid, "release nil"},
		{"mutex", checkers.Valid, "acquire nil; acquire nil | fail; acquire nil | ?; release nil"},
		{"kv", checkers.Valid, `get nil | ""; put "a"; append "b"; get nil | "ab"; append "c" | ?; get nil | "abc"`},
		{"kv", checkers.Invalid, `put "a"; append "b"; get nil | "ba"`},
		{"set", checkers.Undecided, "add 1 | ?"},
	} {
		w, h := run(t, c.model, strings.Split(c.ops, "; ")...)
		v := w.Check(context.Background(), &h.History)
		require.Equal(t, c.want, v.Status, "%s: %s\n%s", c.model, c.ops, v.Text())
	}
}

func TestWords(t *testing.T) {
	w, h := run(t, "cas-register",
		"write [:a 1]", "cas [:a [1 2]]", "read [:a nil] | [:a 3]", "cas [:a [2 :x]] | ?", "write [:a 4] | fail")
	var said []string
	for i := range h.Ops {
		said = append(said, w.Describe(&h.Ops[i]))
	}
	require.Equal(t, []string{
		"write 1 on key :a", "cas 1 → 2 on key :a: done", "read on key :a: 3", "cas 2 → :x on key :a, unknown",
		"write 4 on key :a, failed",
	}, said)
	v := w.Check(context.Background(), &h.History)
	require.Contains(t, v.Text(), "phantom-read: something was seen that nobody had put there: nothing explains "+
		"op #2 (client 0: read on key :a: 3)")
	name, params := w.Info()
	require.Equal(t, "cas-register", name)
	require.Empty(t, params)
	require.Equal(t, "read", w.Class(jepsen.Input{}).Kind)
	require.True(t, w.Class(jepsen.Input{}).ReadOnly)
	require.False(t, w.Class(jepsen.Input{F: jepsen.Dequeue}).ReadOnly)
}

func TestALostAddIsNamed(t *testing.T) {
	w, h := run(t, "counter", "add 1", "add 1", "read nil | 1")
	v := w.Check(context.Background(), &h.History)
	require.Contains(t, v.Text(), "lost-update: the counter")
	// A read before the last add was called says nothing of the end.
	w, h = run(t, "counter", "add 1", "read nil | 1", "add 1")
	require.Equal(t, checkers.Valid, w.Check(context.Background(), &h.History).Status)
}

// TestCountersAgree holds the stages of a counter against each other: what the invariants call wrong, the search does.
func TestCountersAgree(t *testing.T) {
	wrong := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 3))
		h := &jepsen.History{Values: jepsen.NewValues(), Type: jepsen.Counter}
		for client := range int32(1 + r.IntN(6)) {
			op := history.Op[jepsen.Input, jepsen.Output]{Client: client, Outcome: history.Outcome(r.IntN(3))}
			op.Call = time.Duration(r.IntN(8))
			op.Return = op.Call + time.Duration(r.IntN(4))
			op.Input = jepsen.Input{F: jepsen.Add, New: 1 + r.Int64N(2)}
			if r.IntN(2) == 0 {
				op.Input = jepsen.Input{F: jepsen.Read}
				op.Output.Value = r.Int64N(4)
				op.Outcome = history.OK
			}
			h.Ops = append(h.Ops, op)
		}
		h.Sort()
		v := foreign.New(h).Check(context.Background(), &h.History)
		lone, _ := foreign.Linear(context.Background(), h, false)
		if h.Count(history.OK) > 0 {
			require.Equal(t, lone.Status, v.Status, "seed %d: %s / %s", seed, v.Text(), lone.Text())
		}
		if v.Status == checkers.Invalid {
			wrong++
		}
	}
	require.Greater(t, wrong, 200)
}

// TestALockHeldByTwoIsNamed by the two that have it, however much came before.
func TestALockHeldByTwoIsNamed(t *testing.T) {
	ops := []string{"acquire nil | ?", "release nil | fail"}
	for range 40 {
		ops = append(ops, "acquire nil", "release nil")
	}
	w, h := run(t, "mutex", append(ops, "acquire nil", "acquire nil")...)
	v := w.Check(context.Background(), &h.History)
	require.Equal(t, "double-acquire", v.Anomalies[0].Name)
	require.Equal(t, "the lock was got by two at once: when op #83 (client 0: acquire) returned, 42 acquires had returned, "+
		"and only 40 releases had been called; op #82 (client 0: acquire) had returned before, and its client had called no "+
		"release since", v.Anomalies[0].Message)
	require.Equal(t, []int{82, 83}, v.Anomalies[0].Ops)
	w, h = run(t, "mutex", "acquire [:a nil]", "release [:a nil]", "release [:a nil]", "acquire [:b nil]")
	v = w.Check(context.Background(), &h.History)
	require.Equal(t, "unheld-release", v.Anomalies[0].Name)
	require.Equal(t, "key :a", v.Anomalies[0].Object)
	require.Equal(t, []int{2}, v.Anomalies[0].Ops)
}

// TestHoldersAgree holds that what the counts of a lock call wrong, the search does.
func TestHoldersAgree(t *testing.T) {
	wrong := 0
	for seed := range uint64(4000) {
		h := newMaker(seed, jepsen.Mutex).history(12)
		if h.Count(history.OK) == 0 {
			continue
		}
		v := foreign.New(h).Check(context.Background(), &h.History)
		lone, _ := foreign.Linear(context.Background(), h, false)
		require.Equal(t, lone.Status, v.Status, "seed %d: %s / %s", seed, v.Text(), lone.Text())
		if v.Status == checkers.Invalid {
			wrong++
		}
	}
	require.Greater(t, wrong, 1000)
}
