package history_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
)

// register is shared by clients that put their own number in and take the last one out, so that every answer names the
// one operation that it observed.
type register struct {
	value atomic.Int64
	next  atomic.Int64 // numbers of operations
	ids   atomic.Int32 // identities of clients
}

// run makes n operations; now and then one is of unknown outcome, and its client goes on under a new identity.
func (g *register) run(r *history.Recorder[int64, int64], n int) {
	l := r.Log(g.ids.Add(1))
	for i := range n {
		me := g.next.Add(1)
		l.Begin(me, history.Main)
		saw := g.value.Swap(me)
		if i%1000 != 999 {
			l.End(saw, history.OK, 0)
			continue
		}
		l.Note("timeout")
		l.End(0, history.Unknown, 0)
		l = r.Log(g.ids.Add(1))
	}
}

func runClients(r *history.Recorder[int64, int64], clients, n int) (stopped chan struct{}) {
	var g register
	var wg sync.WaitGroup
	stopped = make(chan struct{})
	for range clients {
		wg.Go(func() { g.run(r, n) })
	}
	go func() { wg.Wait(); close(stopped) }()
	return stopped
}

// prefix checks batch after batch that what was observed had been asked.
type prefix struct {
	asked map[int64]bool // by operations that are done
	done  []history.Op[int64, int64]
}

func (p *prefix) add(t *testing.T, b history.Batch[int64, int64]) {
	open := map[int64]bool{0: true} // the register's first value
	clients := map[int32]bool{}
	for _, op := range b.Open {
		require.Equal(t, history.Unknown, op.Outcome)
		require.Equal(t, history.Never, op.Return)
		require.Less(t, op.Call, b.At)
		require.False(t, clients[op.Client], "client %d has two operations under way", op.Client)
		clients[op.Client], open[op.Input] = true, true
	}
	for i, op := range b.Done {
		require.False(t, p.asked[op.Input], "operation %d comes twice", op.Input)
		require.Equal(t, op.Outcome == history.Unknown, b.Notes[i] != "")
		require.Less(t, op.Return, b.At)
		p.asked[op.Input] = true
	}
	for _, op := range b.Done {
		require.True(t, op.Outcome != history.OK || p.asked[op.Output] || open[op.Output],
			"operation %d saw %d, which is not in the cut at %v", op.Input, op.Output, b.At)
	}
	p.done = append(p.done, b.Done...)
}

func TestEveryCutIsATruePrefix(t *testing.T) {
	const clients, n = 8, 8_000
	r := history.NewRecorder[int64, int64]()
	stopped := runClients(r, clients, n)
	var c history.Cursor[int64, int64]
	p := prefix{asked: map[int64]bool{}}
	cuts := 0
	for running := true; running; cuts++ {
		select {
		case <-stopped:
			running = false
		default:
		}
		p.add(t, r.Cut(&c)) // the last one after all have stopped
	}
	all := history.History[int64, int64]{Ops: p.done}
	all.Sort()
	require.Len(t, all.Ops, clients*n)
	require.True(t, slices.Equal(r.History().Ops, all.Ops), "the batches and the history differ")
	t.Logf("%d cuts", cuts)
}

func TestAHistoryTakenWhileClientsRunIsATruePrefix(t *testing.T) {
	r := history.NewRecorder[int64, int64]()
	stopped := runClients(r, 4, 20_000)
	for running := true; running; {
		select {
		case <-stopped:
			running = false
		default:
		}
		h := r.History()
		requireObservedWasAsked(t, h)
	}
}

func requireObservedWasAsked(t *testing.T, h *history.History[int64, int64]) {
	asked := map[int64]bool{0: true}
	for _, op := range h.Ops {
		asked[op.Input] = true
	}
	for i, op := range h.Ops {
		if op.Outcome == history.OK && !asked[op.Output] {
			t.Fatalf("op #%d saw %d, which is not in the history", i, op.Output)
		}
		if (op.Outcome == history.Unknown && op.Return != history.Never) != (h.Notes[i] != "") {
			t.Fatalf("op #%d has the note %q", i, h.Notes[i])
		}
	}
}

// TestTakingWaitsForACoarseClock holds that nothing that returned before a cut is left for the next.
func TestTakingWaitsForACoarseClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := history.NewRecorder[int, int]()
		l := r.Log(0)
		var c history.Cursor[int, int]
		for range 3 {
			now := r.Now()
			l.Begin(0, history.Main)
			l.End(0, history.OK, 0)
			b := r.Cut(&c)
			require.Len(t, b.Done, 1)
			require.Empty(t, b.Open)
			require.Greater(t, b.At, now)
		}
		l.Begin(0, history.Main)
		l.End(0, history.OK, 0)
		require.Equal(t, 4, r.History().Count(history.OK))
	})
}
