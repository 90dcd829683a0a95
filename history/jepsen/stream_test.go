package jepsen_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
)

// batches reads a text in batches of about so many events.
func batches(t *testing.T, text, model string, every int) (s *jepsen.Stream, all []jepsen.Batch, err error) {
	t.Helper()
	s, err = jepsen.NewStream(strings.NewReader(text), "h", model, every)
	require.NoError(t, err)
	for {
		b, err := s.Next()
		if errors.Is(err, io.EOF) {
			return s, all, nil
		}
		if err != nil {
			return s, all, err
		}
		all = append(all, b)
	}
}

// TestBatchesMakeTheWhole holds that batches can follow each other, and have in them what the whole history has.
func TestBatchesMakeTheWhole(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 9))
		var b bytes.Buffer
		require.NoError(t, jepsen.Encode(&b, random(r)))
		text := b.String()
		whole := decode(t, text, "cas-register")
		s, all, err := batches(t, text, "cas-register", 1+r.IntN(9))
		require.NoError(t, err, text)
		require.Equal(t, whole.Type, s.History().Type)
		require.Equal(t, whole.Info, s.History().Info)
		require.Equal(t, history.Never, all[len(all)-1].At)
		order := history.NewSequence[jepsen.Called, jepsen.Answered]()
		var ops []history.Op[jepsen.Input, jepsen.Output]
		var lines []jepsen.Lines
		notes := 0
		for _, b := range all {
			require.NoError(t, order.Add(b), text)
			notes += len(b.Notes)
		}
		require.Equal(t, len(whole.Notes), notes, text)
		for _, p := range order.Ahead() {
			ops = append(ops, history.Op[jepsen.Input, jepsen.Output]{
				Call: p.Call, Return: p.Return, Client: p.Client, Outcome: p.Outcome, Phase: p.Phase, Retries: p.Retries,
				Input: p.Input.Input, Output: p.Output.Output,
			})
			lines = append(lines, jepsen.Lines{Call: p.Input.Line, Return: p.Output.Line})
		}
		require.Equal(t, whole.Ops, ops, text)
		require.Equal(t, whole.Lines, lines, text)
	}
}

func TestReadsOfSetsComeWithTheirMembers(t *testing.T) {
	s, all, err := batches(t, `{:process 0, :type :invoke, :f :read}
{:process 0, :type :ok, :f :read, :value [7 :a 3 7]}`, "", 1)
	require.NoError(t, err)
	require.Equal(t, jepsen.Set, s.History().Type)
	members := all[0].Done[0].Output.Members
	require.Len(t, members, 3)
	require.Equal(t, ":a", s.History().Values.Text(members[0]))
	require.Equal(t, []int64{3, 7}, members[1:])
}

// TestTheTypeIsKnownByTheFirstBatch where the events tell at some time, and else it is asked for.
func TestTheTypeIsKnownByTheFirstBatch(t *testing.T) {
	adds := &strings.Builder{}
	for i := range 50 {
		fmt.Fprintf(adds, "{:process %d, :type :invoke, :f :add, :value 1}\n", i)
	}
	_, _, err := batches(t, adds.String(), "", 4)
	require.ErrorIs(t, err, jepsen.ErrType)
	s, all, err := batches(t, adds.String()+"{:process 99, :type :invoke, :f :read}\n{:process 99, :type :ok, :f :read, :value 3}\n"+
		"{:process 99, :type :invoke, :f :read}\n", "", 4)
	require.NoError(t, err)
	require.Equal(t, jepsen.Counter, s.History().Type)
	require.Len(t, all, 2)
	require.Len(t, all[0].Open, 50)
	require.Len(t, all[1].Done, 51)
	_, _, err = batches(t, "[]", "", 4)
	require.ErrorIs(t, err, jepsen.ErrFormat)
}

// TestTimesMustNotGoFarBack in a history that is read in batches.
func TestTimesMustNotGoFarBack(t *testing.T) {
	const text = `{:process 0, :type :invoke, :f :write, :value 1, :time 9}
{:process 1, :type :invoke, :f :write, :value 1, :time 5}
`
	_, _, err := batches(t, text, "", 2)
	require.NoError(t, err)
	_, _, err = batches(t, text, "", 1)
	require.ErrorIs(t, err, jepsen.ErrOrder)
	require.ErrorAs(t, err, new(*file.LineError))
	require.EqualError(t, err, "h: line 2 (byte 58): the :time 5 goes too far back to be read in pieces: a later one, 9, is "+
		"above, and what came before it was judged")
}
