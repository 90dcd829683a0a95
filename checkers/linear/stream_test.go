package linear

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// batches cuts a history at random moments, as a recorder is cut while its clients run. It gives beside each batch what
// the history was by then.
func batches[I, O any](r *rand.Rand, h *history.History[I, O]) (all []history.Batch[I, O], soFar []*history.History[I, O]) {
	given := make([]bool, len(h.Ops))
	for at := time.Duration(0); ; at += time.Duration(1 + r.IntN(9)) {
		b, over := history.Batch[I, O]{At: at}, true
		for i, op := range h.Ops {
			over = over && given[i]
			// Whoever waits for an operation of unknown outcome may give up at any time.
			lost := op.Outcome == history.Unknown && op.Return == history.Never && op.Call < at && r.IntN(4) == 0
			switch {
			case given[i] || op.Call >= at:
			case op.Return < at || lost:
				b.Done = append(b.Done, op)
				given[i] = true
			default:
				op.Outcome, op.Return = history.Unknown, history.Never
				var none O
				op.Output = none
				b.Open = append(b.Open, op)
			}
		}
		slices.SortStableFunc(b.Done, func(x, y history.Op[I, O]) int { return int(x.Client - y.Client) })
		all = append(all, b)
		now := &history.History[I, O]{}
		for _, b := range all {
			now.Ops = append(now.Ops, b.Done...)
		}
		now.Ops = append(now.Ops, b.Open...)
		now.Sort()
		soFar = append(soFar, now)
		if over {
			return all, soFar
		}
	}
}

// streamed holds a stream to the brute force, after some of the batches and after the last.
func streamed[S comparable, I, O any](t *testing.T, w world[S, I, O], p chance) {
	t.Run(w.name, func(t *testing.T) {
		t.Parallel()
		count, seen := histories(), map[checkers.Status]int{}
		for seed := range count {
			r := rand.New(rand.NewPCG(uint64(seed), 7))
			h := w.random(r, p)
			s := NewStream(w.model)
			s.worth = r.IntN(4)
			all, soFar := batches(r, h)
			for i, b := range all {
				s.Add(t.Context(), b)
				if i+1 < len(all) && r.IntN(2) == 0 {
					continue
				}
				v, want := s.Verdict(t.Context()), checkers.Invalid
				if bruteForce(w.model, soFar[i]) {
					want = checkers.Valid
				}
				if v.Status != want {
					require.FailNow(t, "wrong verdict", "seed %d, batch %d of %d: %+v, not %v, of %+v in %+v",
						seed, i, len(all), v, want, soFar[i].Ops, all[:i+1])
				}
				seen[v.Status]++
				named(t, w.model, soFar[i], v)
				for i, op := range s.Evidence() {
					require.Equal(t, h.Ops[i].Input, op.Input)
					require.Equal(t, h.Nth(i), op.Nth)
				}
			}
		}
		require.Greater(t, seen[checkers.Valid], count/10)
		require.Greater(t, seen[checkers.Invalid], count/20)
		t.Log(count, seen)
	})
}

// named holds that the operations of an anomaly are those of the whole history that its message names.
func named[S comparable, I, O any](t *testing.T, m Model[S, I, O], h *history.History[I, O], v checkers.Verdict) {
	t.Helper()
	for _, a := range v.Anomalies {
		for _, i := range a.Ops {
			require.Less(t, i, len(h.Ops), "%+v", a)
		}
		c := newCheck(m, h, defaults())
		for _, word := range strings.Split(a.Message, "op #")[1:] {
			digits, _, _ := strings.Cut(word, " ")
			i, err := strconv.Atoi(digits)
			require.NoError(t, err, a.Message)
			require.Contains(t, a.Message, c.say(int32(i)))
		}
	}
}

func TestAStreamSaysWhatACheckSays(t *testing.T) {
	for name, p := range map[string]chance{
		"known":   {failed: 0.1, wrong: 0.35},
		"unknown": {unknown: 0.35, failed: 0.05, wrong: 0.6},
	} {
		t.Run(name, func(t *testing.T) {
			streamed(t, registerWorld(), p)
			streamed(t, uniqueWorld(), p)
			streamed(t, counterWorld("counter", 0, 0, 1, 1), p)
			streamed(t, logWorld(), p)
			streamed(t, bagWorld(), p)
			streamed(t, blurredWorld(), p)
			streamed(t, walletWorld("accounts", "drrr"), p)
			streamed(t, typedRegister(), p)
			streamed(t, typedCounter(0, 0, 1, 1), p)
			streamed(t, typedCounter(0, 0, 1, 2, -1), p)
			streamed(t, typedFetchAdd(), p)
		})
	}
}

// Of many ways in which everything before may have gone, the first explains what follows, and there is no room for others.
func TestManyRootsOfWhichTheFirstIsEnough(t *testing.T) {
	w := registerWorld()
	l := newSearched(newCheck(w.model, &history.History[put, got]{}, defaults()), object{alone: true})
	for state := range 1000 {
		l.roots = append(l.roots[:state:state], root[int]{state: 5 + state})
	}
	l.take(piece[put, got]{Op: history.Op[put, got]{Call: 1, Return: 2, Input: put{kind: 'r'}, Output: got{value: 5}}})
	require.Equal(t, found, l.whole(t.Context()).halt)
}
