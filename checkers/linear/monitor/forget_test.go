package monitor_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// futures is how many ways to go on are tried after what was forgotten.
const futures = 6

// forgets holds what monitor.Forget promises, by brute force: whatever comes after, and also if it is forgotten twice, what
// is left is legal with it if and only if everything is.
func forgets[S comparable](t *testing.T, s spec[S]) {
	t.Run(s.name, func(t *testing.T) {
		t.Parallel()
		f := forgetting[S]{spec: &s}
		for seed := range histories(t) / 4 / max(1, s.less) {
			f.try(t, rand.New(rand.NewPCG(uint64(seed), 2)), seed)
		}
		t.Logf("%d ways to go on were legal, %d were not; %d of %d operations were left, %d stood for others",
			f.legal, f.illegal, f.left, f.all, f.stand)
		require.Greater(t, f.legal, f.illegal/20, "too few legal ways to go on to mean anything")
		require.Greater(t, f.illegal, f.legal/20, "too few illegal ways to go on to mean anything")
		require.Less(t, f.left, f.all*24/25, "hardly anything is forgotten")
	})
}

type forgetting[S comparable] struct {
	*spec[S]
	legal, illegal, all, left, stand int
}

func (f *forgetting[S]) try(t *testing.T, r *rand.Rand, seed int) {
	t.Helper()
	ops := f.random(r)
	ops = append(ops, f.later(r, ops)...)
	if !f.explained(f.begin(), ops) {
		return
	}
	first := ops[r.IntN(len(ops))].Call
	second := first + r.Int64N(6)
	before, after := split(ops, first)
	once := f.forget(t, f.begin().with(before), first)
	between, after := split(after, second)
	twice := f.forget(t, once.with(between), second)
	before, _ = split(ops, second)
	for range futures {
		want := f.explained(f.begin(), join(before, after))
		if f.explained(twice, after) != want || f.explained(once, join(between, after)) != want {
			require.FailNow(t, "it is not as legal as before", "seed %d, until %d and %d: %+v then %+v is legal: %t, but of that "+
				"is left %+v, or of what was before the first time %+v", seed, first, second, before, after, want, twice, once)
		}
		f.count(want)
		after = f.goOn(r, ops, before, second)
	}
}

func (f *forgetting[S]) count(legal bool) {
	if legal {
		f.legal++
	} else {
		f.illegal++
	}
}

// part is a history and how it begins.
type part struct{ monitor.Part }

func (f *forgetting[S]) begin() part { return part{monitor.Part{Start: f.initial}} }

func (p part) with(more []monitor.Op) part {
	p.Ops = join(p.Ops, more)
	return p
}

func join(a, b []monitor.Op) []monitor.Op { return append(slices.Clone(a), b...) }

func split(ops []monitor.Op, until int64) (before, after []monitor.Op) {
	for _, op := range ops {
		if op.Call < until {
			before = append(before, op)
		} else {
			after = append(after, op)
		}
	}
	return before, after
}

// forget has the monitor forget, and holds what can be seen at once.
func (f *forgetting[S]) forget(t *testing.T, p part, until int64) part {
	t.Helper()
	given := slices.Clone(p.Ops)
	told := &p.Part
	if f.tell != nil {
		told = f.tell(told)
	}
	before := slices.Clone(told.Ops)
	rest, from := monitor.Forget(told, until)
	require.True(t, slices.Equal(before, told.Ops), "what it was given must not change")
	if f.heed != nil {
		rest = f.heed(rest)
	}
	require.Len(t, from, len(rest.Ops))
	f.all, f.left = f.all+len(given), f.left+len(rest.Ops)
	for i, op := range rest.Ops {
		place := from[i]
		if place < 0 {
			f.stand++
		}
		if i > 0 && rest.Ops[i-1].Call > op.Call || op.Call > op.Return || place >= 0 && given[place] != op ||
			int(max(place, ^place)) >= len(given) {
			require.FailNow(t, "what is left is no history, or not of what was", "%+v: %+v from %v", given, rest, from)
		}
	}
	return part{*rest}
}

// explained says whether what is left of a history, with what comes, has a legal order.
func (f *forgetting[S]) explained(p part, more []monitor.Op) bool {
	s := *f.spec
	if s.from != nil {
		s.start = s.from(&p.Part)
	}
	ops := p.with(more).Ops
	return s.linearizable(ops, all, func(i int) bool { return ops[i].Return != monitor.Never })
}

// later makes some operations that come after all others.
func (f *forgetting[S]) later(r *rand.Rand, ops []monitor.Op) []monitor.Op {
	until := int64(0)
	for _, op := range ops {
		until = max(until, op.Call)
	}
	return f.goOn(r, ops, ops, until)
}

// goOn draws a few operations called at a time or later, and gives them answers that a right object would give after what
// was before, if that is found in a few tries; else any.
func (f *forgetting[S]) goOn(r *rand.Rand, drawn, before []monitor.Op, until int64) []monitor.Op {
	var more []monitor.Op
	call := until + int64(r.IntN(3))
	for range 1 + r.IntN(4) {
		n := len(drawn) + len(more)
		if r.IntN(6) == 0 {
			n = r.IntN(n) // a value that was there already
		}
		op := monitor.Op{Act: f.draw(r, n), Call: call, Return: call + int64(r.IntN(6))}
		if r.IntN(8) == 0 {
			op.Return = monitor.Never
		}
		more = append(more, op)
		call += int64(r.IntN(4))
	}
	f.settle(r, before, more)
	for range r.IntN(3) {
		if i := r.IntN(len(more)); more[i].Return != monitor.Never {
			more[i].Act = f.wrong(r, more[i].Act)
		}
	}
	return more
}

// settle answers operations as a right object might that answered those before as it did.
func (f *forgetting[S]) settle(r *rand.Rand, before, more []monitor.Op) {
	for range 12 {
		ops := join(before, more)
		at := make([]int64, len(ops))
		for i, op := range ops {
			at[i] = op.Call + r.Int64N(min(op.Return-op.Call, 30)+1)
			if op.Return == monitor.Never && r.IntN(3) == 0 {
				at[i] = monitor.Never
			}
		}
		f.answer(r, ops, at)
		same := true
		for i := range before {
			same = same && (ops[i] == before[i] || ops[i].Return == monitor.Never)
		}
		if copy(more, ops[len(before):]); same {
			return
		}
	}
}

// stays holds, of a long legal history of which so many operations come at a time, that there are never more left than most
// of those before, and that it stays legal.
func stays(t *testing.T, name string, p monitor.Part, chunk, most int) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		left, largest := part{p}, 0
		left.Ops, left.Members = nil, nil
		for n := 0; n < len(p.Ops); n += chunk {
			end := min(n+chunk, len(p.Ops))
			for end < len(p.Ops) && p.Ops[end].Call == p.Ops[end-1].Call {
				end++
			}
			left = left.with(p.Ops[n:end])
			for i := len(left.Ops) - (end - n); i < len(left.Ops); i++ {
				if op := &left.Ops[i]; op.Kind == monitor.ReadAll && op.Return != monitor.Never {
					left.Members = append(left.Members, p.Members[op.Value])
					op.Value = int64(len(left.Members)) - 1
				}
			}
			n = end - chunk
			if end == len(p.Ops) {
				require.Equal(t, monitor.Legal, monitor.Check(&left.Part).Status)
				break
			}
			rest, _ := monitor.Forget(&left.Part, p.Ops[end].Call)
			left, largest = part{*rest}, max(largest, len(rest.Ops))
		}
		t.Logf("at most %d of %d operations were left", largest, len(p.Ops))
		require.LessOrEqual(t, largest, most)
	})
}
