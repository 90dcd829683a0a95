package unique_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

type batch = history.Batch[in, out]

// TestStreamSeesResultsOfTwoKeys holds that the explanation is that of a check of the whole history, and that what it names
// is there, though the batches before are gone.
func TestStreamSeesResultsOfTwoKeys(t *testing.T) {
	one, two := created(3, 12), created(5, 12)
	two.Input.Key, two.Call, two.Return = 6, 20, 30
	w := mustNew(t, 8)
	want := w.Check(t.Context(), &hist{Ops: []op{one, two}})
	require.Equal(t, checkers.Invalid, want.Status)

	s := w.Stream()
	require.False(t, s.Add(t.Context(), batch{At: 15, Done: []op{one}}))
	require.Equal(t, checkers.Valid, s.Verdict(t.Context()).Status)
	require.True(t, s.Add(t.Context(), batch{At: 35, Done: []op{two}}))
	require.Equal(t, want, s.Verdict(t.Context()))
	require.Equal(t, map[int]history.Placed[in, out]{0: {Op: one}, 1: {Op: two, Place: 1}}, s.Evidence())

	s = w.Stream()
	s.Add(t.Context(), batch{At: 25, Done: []op{one}, Open: []op{{Client: 5, Call: 20, Outcome: history.Unknown, Input: two.Input}}})
	require.Equal(t, checkers.Valid, s.Verdict(t.Context()).Status, "nobody knows yet")
	s.Add(t.Context(), batch{At: 30, Done: []op{two}})
	require.Equal(t, want, s.Verdict(t.Context()))
}

// TestStreamIsAsTheCheck holds that both come to the same verdict.
func TestStreamIsAsTheCheck(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	w := mustNew(t, 2)
	seen := map[checkers.Status]int{}
	for range 2000 {
		h := &hist{Ops: random(r)}
		end := time.Duration(0)
		for i := range h.Ops {
			if h.Ops[i].Return != history.Never {
				end = max(end, h.Ops[i].Return)
			}
		}
		want := w.Check(t.Context(), h).Status
		s := w.Stream()
		b := batch{At: end}
		for _, o := range h.Ops {
			if o.Return == history.Never {
				b.Open = append(b.Open, o)
			} else {
				b.Done = append(b.Done, o)
			}
		}
		s.Add(t.Context(), b)
		v := s.Verdict(t.Context())
		require.Equal(t, want, v.Status, "%v: %+v", v.Text(), h.Ops)
		for _, a := range v.Anomalies {
			for _, i := range a.Ops {
				require.Equal(t, history.Placed[in, out]{Op: h.Ops[i], Place: i, Nth: h.Nth(i)}, s.Evidence()[i])
			}
		}
		seen[want]++
	}
	require.Greater(t, min(seen[checkers.Valid], seen[checkers.Invalid]), 200)
}
