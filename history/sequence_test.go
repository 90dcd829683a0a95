package history_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
)

// TestASequenceGivesTheHistory holds that batches cut while clients run come out as the history that is merged at the end.
func TestASequenceGivesTheHistory(t *testing.T) {
	r := history.NewRecorder[int64, int64]()
	stopped := runClients(r, 8, 2000)
	s, cursor := history.NewSequence[int64, int64](), history.Cursor[int64, int64]{}
	var all []history.Placed[int64, int64]
	for over := false; !over; {
		select {
		case <-stopped:
			over = true
		default:
		}
		require.NoError(t, s.Add(r.Cut(&cursor)))
		all = append(all, s.Take()...)
		for i, p := range s.Ahead() {
			require.Equal(t, len(all)+i, p.Place)
			require.GreaterOrEqual(t, p.Call, s.Settled())
		}
	}
	all = append(all, s.Ahead()...)
	h := r.History()
	require.Len(t, all, len(h.Ops))
	for i, p := range all {
		require.Equal(t, i, p.Place)
		require.Equal(t, h.Ops[i], p.Op)
		require.Equal(t, h.Nth(i), p.Nth)
	}
}

type ops = []history.Op[int, int]

func done(client int32, call, ret time.Duration) history.Op[int, int] {
	return history.Op[int, int]{Client: client, Call: call, Return: ret}
}

func open(client int32, call time.Duration) history.Op[int, int] {
	return history.Op[int, int]{Client: client, Call: call, Return: history.Never, Outcome: history.Unknown}
}

func TestASequenceRefusesWhatNoRecorderMakes(t *testing.T) {
	first := history.Batch[int, int]{At: 10, Done: ops{done(1, 0, 5)}, Open: ops{open(2, 3)}}
	for name, c := range map[string]struct {
		then history.Batch[int, int]
		says string
	}{
		"back in time": {history.Batch[int, int]{At: 9, Open: ops{open(2, 3)}},
			"comes after one that was cut at 10ns"},
		"lost": {history.Batch[int, int]{At: 20},
			"client 2 called at 3ns was under way, and the batch after lacks it"},
		"too late": {history.Batch[int, int]{At: 20, Done: ops{done(2, 3, 15), done(3, 9, 12)}},
			"neither over nor under way"},
		"overlap": {history.Batch[int, int]{At: 20, Done: ops{done(2, 3, 15), done(2, 14, 16)}},
			"before its operation before returned"},
		"return": {history.Batch[int, int]{At: 20, Done: ops{done(2, 3, 2)}},
			"returns 1ns before its call"},
		"known and pending": {history.Batch[int, int]{At: 20, Open: ops{done(2, 3, history.Never)}},
			"is under way and has the outcome ok"},
		"no outcome": {history.Batch[int, int]{At: 20, Done: ops{{Client: 2, Call: 3, Return: 4, Outcome: 9}}},
			"has the outcome"},
	} {
		s := history.NewSequence[int, int]()
		require.NoError(t, s.Add(first), name)
		err := s.Add(c.then)
		require.ErrorIs(t, err, history.ErrMalformed, name)
		require.ErrorContains(t, err, c.says, name)
	}
}
