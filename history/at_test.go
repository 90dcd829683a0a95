package history

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// late records operations of which some begin or return between the reading of the clock, at the time that it gives
// back, and the reading of the logs. Inputs name them.
func late(r *Recorder[string, int]) (at time.Duration) {
	a, b := r.Log(0), r.Log(1)
	do := func(l *Log[string, int], in string) { l.Begin(in, Main); l.End(1, OK, 0) }
	do(a, "returned before")
	b.Begin("under way", Main)
	time.Sleep(1)
	at = r.tick()
	b.Note("too late to be known")
	b.End(1, Failed, 0)
	do(a, "called at the moment itself")
	time.Sleep(1)
	do(b, "called after")
	do(r.Log(2), "of a client that came after")
	a.Begin("under way after", Main)
	return at
}

func TestACutKnowsNothingOfWhatComesAfterItsMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRecorder[string, int]()
		at := late(r)
		var c Cursor[string, int]
		b := r.cutAt(&c, at)
		require.Equal(t, []string{"returned before"}, inputs(b.Done))
		require.Equal(t, []string{"under way"}, inputs(b.Open))
		require.Equal(t, Never, b.Open[0].Return)
		require.Equal(t, Unknown, b.Open[0].Outcome)
		require.Empty(t, b.Notes)

		b = r.Cut(&c)
		require.Equal(t, []string{
			"called at the moment itself", "under way", "called after", "of a client that came after",
		}, inputs(b.Done))
		require.Equal(t, []string{"under way after"}, inputs(b.Open))
		require.Equal(t, map[int]string{1: "too late to be known"}, b.Notes)
	})
}

func TestAHistoryKnowsNothingOfWhatComesAfterItsMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRecorder[string, int]()
		h := r.historyAt(late(r))
		require.Equal(t, []string{"returned before", "under way"}, inputs(h.Ops))
		require.Equal(t, Never, h.Ops[1].Return)
		require.Equal(t, Unknown, h.Ops[1].Outcome)
		require.Zero(t, h.Ops[1].Output)
		require.Empty(t, h.Notes)
	})
}

func inputs(ops []Op[string, int]) []string {
	var all []string
	for _, op := range ops {
		all = append(all, op.Input)
	}
	return all
}
