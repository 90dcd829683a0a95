package lock_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/lock"
)

// turn is a grant as the search sees it: when it can have begun, and ended if it says so; its token; its accesses.
type turn struct {
	begin, end span
	held       bool
	token      int64
	numbers    []int64
}

type span struct{ from, to time.Duration }

// ever is the time of what nothing is known of.
var ever = span{0, math.MaxInt64}

// use is an access as the search sees it.
type use struct {
	seq int64
	at  span
}

// story is what is known of one lock from the operations chosen.
type story struct {
	turns []*turn
	uses  []use
}

// told reads a history. Which grant an operation is under is known of all; when anything happened, only of those chosen.
func told(ops []op, chosen func(i int) bool) *story {
	s, of := &story{}, map[int32]*turn{}
	for i := range ops {
		o := &ops[i]
		at := span{o.Call, o.Return}
		if o.Outcome != history.OK {
			continue
		}
		t := of[o.Client]
		switch o.Input.Kind {
		case lock.Acquire:
			delete(of, o.Client)
			if !o.Output.Got {
				continue
			}
			t = &turn{begin: ever, end: ever, token: o.Output.Token}
			of[o.Client] = t
			s.turns = append(s.turns, t)
			if chosen(i) {
				t.begin = at
			}
		case lock.Release:
			delete(of, o.Client)
			if t != nil && o.Output.Held && chosen(i) {
				t.held, t.end = true, at
			}
		default:
			if o.Output.Accepted && chosen(i) {
				t.numbers = append(t.numbers, o.Output.Seq)
				s.uses = append(s.uses, use{o.Output.Seq, at})
			}
		}
	}
	return s
}

// possible says whether the resource can have numbered the accesses so, and the turns have any order at all.
func (s *story) possible(tokens bool) bool {
	if !s.numbered() {
		return false
	}
	n := len(s.turns)
	order := make([]int, 0, n)
	var try func() bool
	try = func() bool {
		if !s.ordered(order, tokens) || len(order) == n {
			return s.ordered(order, tokens)
		}
		for i := range n {
			if slices.Contains(order, i) {
				continue
			}
			order = append(order, i)
			if try() {
				return true
			}
			order = order[:len(order)-1]
		}
		return false
	}
	return try()
}

// numbered gives each access a moment, as early as can be.
func (s *story) numbered() bool {
	uses := slices.Clone(s.uses)
	slices.SortFunc(uses, func(a, b use) int { return int(a.seq - b.seq) })
	now := time.Duration(0)
	for i, u := range uses {
		now = max(now, u.at.from)
		if i > 0 && u.seq == uses[i-1].seq || now > u.at.to {
			return false
		}
	}
	return true
}

// ordered gives each turn of an order a begin and an end, as early as can be.
func (s *story) ordered(order []int, tokens bool) bool {
	now, seq, token := time.Duration(0), int64(0), int64(math.MinInt64)
	for _, i := range order {
		t := s.turns[i]
		if now = max(now, t.begin.from); now > t.begin.to {
			return false
		}
		if t.held {
			if now = max(now, t.end.from); now > t.end.to {
				return false
			}
		}
		for _, n := range t.numbers {
			if n < seq {
				return false
			}
		}
		if len(t.numbers) > 0 {
			seq = slices.Max(t.numbers)
		}
		if tokens && t.token <= token {
			return false
		}
		token = t.token
	}
	return true
}

// alone says whether the chosen operations alone are possible. The tokens matter where they are what is wrong, and are
// known from the accesses, and from the operations that gave them.
func alone(ops []op, chosen []int, anomaly string) bool {
	s := told(ops, func(i int) bool { return slices.Contains(chosen, i) })
	tokens := anomaly == checkers.StaleToken
	if tokens {
		s.turns = slices.DeleteFunc(s.turns, func(t *turn) bool { return t.begin == ever && len(t.numbers) == 0 })
	}
	return s.possible(tokens)
}

// onlyTokens says whether the turns of the operations named could have been so, but for their tokens.
func onlyTokens(ops []op, named []int) bool {
	turns := map[int32]bool{} // by the place of their acquire
	last := map[int32]int32{}
	return told(ops, func(i int) bool {
		o := &ops[i]
		if o.Input.Kind == lock.Acquire && o.Outcome == history.OK {
			last[o.Client] = int32(i)
			turns[int32(i)] = slices.Contains(named, i)
		}
		return turns[last[o.Client]] && o.Input.Kind != lock.Use
	}).possible(false)
}

// sentences are what the explanations differ in.
var sentences = []string{
	"were both given access", "used the resource between", "must have been given a higher number", "used the resource after",
	"was granted it while", "still held and released it while", "both held it", "used the resource before",
	"the resource accepted", "were both given token", "below token", "asked for it", "released it",
}

// TestAgainstAllOrders compares the check with a search through all orders of turns, and holds that the operations which
// an anomaly names are wrong by themselves.
func TestAgainstAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := mustNew(t, 1)
	seen := map[string]int{}
	for n := range simulate.Volume(100_000) {
		h := &hist{Ops: random(r)}
		story := told(h.Ops, func(int) bool { return true })
		fenced := slices.ContainsFunc(story.turns, func(t *turn) bool { return t.token != 0 })
		want := checkers.Valid
		if !story.possible(fenced) {
			want = checkers.Invalid
		}
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		seen[want.String()]++
		for _, a := range v.Anomalies {
			seen[a.Name]++
			for _, sentence := range sentences {
				if strings.Contains(a.Message, sentence) {
					seen[sentence]++
				}
			}
			require.False(t, alone(h.Ops, a.Ops, a.Name), "%d: %s: %+v", n, a.Message, h.Ops)
			if strings.Contains(a.Message, "of an earlier grant") || strings.Contains(a.Message, "both given token") {
				require.True(t, onlyTokens(h.Ops, a.Ops), "%d: %s: %+v", n, a.Message, h.Ops)
			}
			for i := range a.Ops {
				fewer := slices.Delete(slices.Clone(a.Ops), i, i+1)
				require.True(t, alone(h.Ops, fewer, a.Name), "%d: %s, even without op #%d: %+v", n, a.Message, a.Ops[i], h.Ops)
			}
		}
	}
	for _, what := range []string{"valid", "invalid", checkers.MutualExclusion, checkers.StaleToken} {
		require.Greater(t, seen[what], simulate.Volume(4000), "%s: %v", what, seen)
	}
	for _, sentence := range sentences {
		require.Greater(t, seen[sentence], simulate.Volume(20), "%s: %v", sentence, seen)
	}
	t.Log(seen)
}
