package history_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lostupdate/stress/history"
)

func TestRecordsWhatWasAskedAndAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := history.NewRecorder[int, string]()
		require.Equal(t, time.Now(), r.Base())
		l := r.Log(7)
		require.EqualValues(t, 7, l.Client())
		time.Sleep(5)
		require.EqualValues(t, 5, l.Begin(11, history.Warmup))
		time.Sleep(3)
		require.EqualValues(t, 8, l.End("eleven", history.OK, 2))
		h := r.History()
		require.Equal(t, []history.Op[int, string]{
			{Call: 5, Return: 8, Client: 7, Phase: history.Warmup, Retries: 2, Input: 11, Output: "eleven"},
		}, h.Ops)
		require.Empty(t, h.Notes)
		require.Empty(t, h.Missing)
	})
}

func TestAnOpenOperationIsUnknownAndNeverReturns(t *testing.T) {
	r := history.NewRecorder[int, string]()
	l := r.Log(1)
	l.Begin(1, history.Main)
	l.End("one", history.OK, 0)
	call := l.Begin(2, history.Final)
	want := history.Op[int, string]{
		Call: call, Return: history.Never, Client: 1, Outcome: history.Unknown, Phase: history.Final, Input: 2,
	}

	h := r.History()
	require.Len(t, h.Ops, 2)
	require.Equal(t, want, h.Ops[1])
	require.Equal(t, 1, h.Count(history.Unknown))
	require.Equal(t, 1, h.Count(history.OK))

	var c history.Cursor[int, string]
	b := r.Cut(&c)
	require.Len(t, b.Done, 1)
	require.Equal(t, []history.Op[int, string]{want}, b.Open)
	require.Equal(t, b.Open, r.Cut(&c).Open, "it stays open")

	l.End("two", history.OK, 0)
	b = r.Cut(&c)
	require.Empty(t, b.Open)
	require.Equal(t, "two", b.Done[0].Output)
}

func TestNotesFollowTheirOperations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := history.NewRecorder[int, int]()
		a, b := r.Log(2), r.Log(1)
		a.Begin(0, history.Main)
		b.Begin(0, history.Main) // same time, lower client: comes first
		a.Note("refused")
		a.End(0, history.Failed, 0)
		b.Note("dropped, as the operation was OK after all")
		b.End(0, history.OK, 0)
		a.Begin(1, history.Main)
		a.Note("timeout")
		a.End(0, history.Unknown, 0)

		want := map[int]string{1: "refused", 2: "timeout"}
		require.Equal(t, want, r.History().Notes)
		var c history.Cursor[int, int]
		require.Equal(t, map[int]string{0: "refused", 1: "timeout"}, r.Cut(&c).Notes, "places in Done, by log")
	})
}

func TestRetriesAreCapped(t *testing.T) {
	r := history.NewRecorder[int, int]()
	l := r.Log(0)
	for _, retries := range []int{-1, 65_535, 65_536, 1 << 40} {
		l.Begin(0, history.Main)
		l.End(0, history.OK, retries)
	}
	var got []uint16
	for _, op := range r.History().Ops {
		got = append(got, op.Retries)
	}
	require.Equal(t, []uint16{0, 65_535, 65_535, 65_535}, got)
}

func TestRecordingAllocatesNothingPerOperation(t *testing.T) {
	l := history.NewRecorder[int, int]().Log(0)
	require.Zero(t, testing.AllocsPerRun(10_000, func() {
		l.Begin(1, history.Main)
		l.End(2, history.OK, 0)
	}))
}

// Chunks begin at 32 operations and double to 2,048, so that these numbers lie on their borders and beside.
func TestLogsGrow(t *testing.T) {
	for _, n := range []int{0, 1, 31, 32, 33, 96, 97, 224, 4064, 4065, 10_000} {
		r := history.NewRecorder[int, int]()
		l := r.Log(0)
		var c history.Cursor[int, int]
		read := 0
		for i := range n {
			l.Begin(i, history.Main)
			l.End(-i, history.OK, 0)
			if i%7 == 0 {
				read += len(r.Cut(&c).Done)
			}
		}
		l.Begin(n, history.Main)
		b := r.Cut(&c)
		require.Equal(t, n, read+len(b.Done))
		require.Equal(t, n, b.Open[0].Input)
		h := r.History()
		require.Len(t, h.Ops, n+1)
		for i, op := range h.Ops[:n] {
			require.Equal(t, i, op.Input)
			require.Equal(t, -i, op.Output)
		}
	}
}

// TestMergesInOrderOfCall lets clients run on a clock that the test holds, so that many calls have one time.
func TestMergesInOrderOfCall(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		waits := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 3), 0, 50), 0, 6).Draw(rt, "waits of each client")
		var h *history.History[int, int]
		synctest.Test(t, func(*testing.T) {
			r := history.NewRecorder[int, int]()
			for client, waits := range waits {
				go work(r.Log(int32(client)), waits)
			}
			time.Sleep(time.Second)
			h = r.History()
		})
		total := 0
		for _, w := range waits {
			total += len(w)
		}
		require.Len(rt, h.Ops, total)
		requireOrder(rt, h.Ops)
		requireClientsInOrder(rt, h.Ops)
	})
}

func work(l *history.Log[int, int], waits []int) {
	for i, wait := range waits {
		l.Begin(i, history.Main)
		time.Sleep(time.Duration(wait))
		l.End(i, history.OK, 0)
	}
}

func requireClientsInOrder(t require.TestingT, ops []history.Op[int, int]) {
	next := map[int32]int{}
	for _, op := range ops {
		require.Equal(t, next[op.Client], op.Input)
		next[op.Client]++
	}
}
