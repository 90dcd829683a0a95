package foreign_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/workloads/foreign"
)

// followed checks a text while it is read, in batches of so many events.
func followed(t *testing.T, text, model string, every int) (harness.Followed[jepsen.Called, jepsen.Answered], *foreign.Streamed) {
	t.Helper()
	s, err := jepsen.NewStream(strings.NewReader(text), "h", model, every)
	require.NoError(t, err)
	var w *foreign.Streamed
	var f *harness.Follower[jepsen.Called, jepsen.Answered]
	for {
		b, err := s.Next()
		if errors.Is(err, io.EOF) {
			return f.Found(context.Background()), w
		}
		require.NoError(t, err, text)
		if f == nil {
			w = foreign.NewStreamed(s.History())
			f, _ = harness.NewFollower(w)
		}
		f.Add(context.Background(), b)
		if every%2 == 0 {
			f.Violated(context.Background()) // has it forget what it can
		}
	}
}

// TestStreamsAgreeWithTheWhole holds, for each data type, that what is checked in batches has the verdict of the whole, and
// that what explains it is in the text where it is said to be.
func TestStreamsAgreeWithTheWhole(t *testing.T) {
	count := histories(t)
	for of, name := range jepsen.Types() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, left := map[checkers.Status]int{}, 0
			for seed := range uint64(count) {
				h := newMaker(seed, jepsen.Type(of)).history(14)
				h.Timed = true
				var b bytes.Buffer
				require.NoError(t, jepsen.Encode(&b, h))
				text := b.String()
				whole, err := jepsen.Decode(&b, "h", name)
				require.NoError(t, err)
				want := foreign.New(whole).Check(context.Background(), &whole.History)
				got, w := followed(t, text, name, 1+int(seed%16))
				if strings.Contains(got.Verdict.Reason, "none of its data type's") { // see searchedFor
					left++
					continue
				}
				require.Equal(t, want.Status, got.Verdict.Status, "seed %d:\n%s\n%s\n%s", seed, text, want.Text(), got.Verdict.Text())
				require.EqualValues(t, len(whole.Ops), got.Stats.Ops)
				evident(t, whole, got, w)
				found[want.Status]++
			}
			t.Log(found, left)
			require.Less(t, left, count/10)
			require.Greater(t, found[checkers.Valid], count/5)
			require.Greater(t, found[checkers.Invalid], count/5)
		})
	}
}

// evident holds that the operations that are named are those of the whole history, with their lines.
func evident(
	t *testing.T, whole *jepsen.History, got harness.Followed[jepsen.Called, jepsen.Answered], w *foreign.Streamed,
) {
	t.Helper()
	for _, a := range got.Verdict.Anomalies {
		require.NotEmpty(t, a.Ops)
		for _, i := range a.Ops {
			op, there := got.Evidence[i]
			require.True(t, there, "%+v", a)
			require.Equal(t, whole.Lines[i].Call, op.Input.Line)
			if op.Outcome == history.OK {
				require.Equal(t, whole.Lines[i].Return, op.Output.Line)
			}
			require.NotEmpty(t, w.Describe(&op.Op))
		}
	}
}
