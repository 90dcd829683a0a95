package monitor_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// flow is how a container's history goes on and on.
type flow struct {
	in, out, none monitor.Kind
	value         func(r *rand.Rand, n int) int64
	least         bool // takes out the least value, not the first
	unsure        bool // also takes may be of unknown outcome
}

// run makes a legal history, with ties in time, unknown outcomes and more or less at a time.
func (f flow) run(r *rand.Rand, count int) []monitor.Op {
	spread, unknown, rate := 1+r.Int64N(12), []float64{0, 0.03, 0.1, 0.25}[r.IntN(4)], 1+r.IntN(5)
	var inside []int64
	ops := make([]monitor.Op, count)
	at := int64(0)
	for n := range ops {
		at += r.Int64N(3)
		op := &ops[n]
		op.Call, op.Return = at-r.Int64N(spread), at+r.Int64N(spread)
		if r.IntN(20) == 0 {
			rate = 1 + r.IntN(5)
		}
		switch {
		case r.IntN(8) < rate:
			op.Kind, op.Value = f.in, f.value(r, n)
			inside = append(inside, op.Value)
			if f.least {
				slices.Sort(inside)
			}
		case len(inside) == 0:
			op.Kind = f.none
		default:
			op.Kind, op.Value, inside = f.out, inside[0], inside[1:]
		}
		if op.Kind == f.in || op.Kind == f.out && f.unsure {
			f.unsettle(r, op, unknown)
		}
	}
	return sorted(ops)
}

// unsettle forgets how an operation went, sometimes. One that asked to take tells nothing, then.
func (f flow) unsettle(r *rand.Rand, op *monitor.Op, unknown float64) {
	if r.Float64() >= unknown {
		return
	}
	op.Return = monitor.Never
	if op.Kind == f.out {
		op.Value = 0
	}
}

func sorted(ops []monitor.Op) []monitor.Op {
	slices.SortStableFunc(ops, func(a, b monitor.Op) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}

// disturb makes something of what comes that a right object may not have done.
func (f flow) disturb(r *rand.Rand, ops []monitor.Op) []monitor.Op {
	ops = slices.Clone(ops)
	until := ops[0].Call
	for range r.IntN(4) {
		a, b := &ops[r.IntN(len(ops))], &ops[r.IntN(len(ops))]
		switch r.IntN(6) {
		case 0:
			if a.Kind == f.out && a.Return != monitor.Never {
				a.Act = monitor.Act{Kind: f.none}
			}
		case 1:
			if a.Kind == f.out && b.Kind == f.out && max(a.Return, b.Return) != monitor.Never {
				a.Value, b.Value = b.Value, a.Value
			}
		case 2:
			if a.Return != monitor.Never {
				a.Return = a.Call + (a.Return-a.Call)/2
			}
		case 3:
			if a.Return != monitor.Never {
				a.Call = a.Return - (a.Return-a.Call)/2
			}
		case 4:
			a.Act, b.Act = b.Act, a.Act
			a.Return, b.Return = max(a.Return, b.Call), max(b.Return, a.Call)
		default:
			if len(ops) > 1 {
				ops = slices.DeleteFunc(ops, func(op monitor.Op) bool { return op == *a })
			}
		}
		if len(ops) == 0 {
			return []monitor.Op{{Act: monitor.Act{Kind: f.none}, Call: until, Return: until}}
		}
	}
	return sorted(ops)
}

// takeLost sometimes takes what nobody is known to have taken, so that it had to be there.
func (f flow) takeLost(r *rand.Rand, before, more []monitor.Op) []monitor.Op {
	var lost []int64
	ops := join(before, more)
	for _, op := range before {
		if op.Kind == f.in && !slices.ContainsFunc(ops, func(o monitor.Op) bool {
			return o.Kind == f.out && o.Value == op.Value && o.Return != monitor.Never
		}) {
			lost = append(lost, op.Value)
		}
	}
	r.Shuffle(len(lost), func(i, j int) { lost[i], lost[j] = lost[j], lost[i] })
	for _, value := range lost[:min(len(lost), r.IntN(3))] {
		call := more[0].Call + r.Int64N(8)
		more = append(more, monitor.Op{Act: monitor.Act{Kind: f.out, Value: value}, Call: call, Return: call + r.Int64N(20)})
	}
	return sorted(more)
}

// forgetsLong holds monitor.Forget to what the monitor, which is held to brute force elsewhere, says of the whole history,
// which is too long for that: after it was forgotten again and again, as it came.
func (f flow) forgetsLong(t *testing.T, name string, count int) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		seen, left, stand := map[monitor.Status]int{}, 0, 0
		for seed := range histories(t) / 8 {
			r := rand.New(rand.NewPCG(uint64(seed), 4))
			ops := f.run(r, count)
			rest, done := &monitor.Part{}, 0
			for until := ops[0].Call; ; until += r.Int64N(25) {
				n := done
				for n < len(ops) && ops[n].Call < until {
					n++
				}
				if n > count*3/4 {
					break
				}
				rest.Ops = join(rest.Ops, ops[done:n])
				given := len(rest.Ops)
				var from []int32
				rest, from = monitor.Forget(rest, until)
				require.LessOrEqual(t, len(rest.Ops), given)
				for _, place := range from {
					stand += int(uint32(place) >> 31)
				}
				done = n
			}
			left += len(rest.Ops)
			for range futures {
				more := f.takeLost(r, ops[:done], f.disturb(r, ops[done:]))
				want := monitor.Check(&monitor.Part{Ops: join(ops[:done], more)})
				got := monitor.Check(&monitor.Part{Ops: join(rest.Ops, more)})
				seen[want.Status]++
				if min(want.Status, got.Status) == monitor.Unsuited {
					continue
				}
				require.Equal(t, want.Status, got.Status, "seed %d: %+v then %+v, but of that is left %+v", seed, ops[:done],
					more, rest.Ops)
			}
		}
		t.Logf("%d legal, %d illegal, %d unsuited; %d operations were left, of %d; %d stood for others", seen[monitor.Legal],
			seen[monitor.Illegal], seen[monitor.Unsuited], left, count*histories(t)/8, stand)
		require.Greater(t, min(seen[monitor.Legal], seen[monitor.Illegal]), histories(t)/40)
		require.Less(t, left, count*histories(t)/16)
	})
}

// unsettled makes one of so many operations of some kinds one of unknown outcome. A take tells nothing, then.
func unsettled(ops []monitor.Op, every int, kinds ...monitor.Kind) []monitor.Op {
	r := rand.New(rand.NewPCG(3, uint64(every)))
	for i := range ops {
		if op := &ops[i]; slices.Contains(kinds, op.Kind) && r.IntN(every) == 0 {
			op.Return = monitor.Never
			if op.Kind == kinds[0] {
				op.Value = 0
			}
		}
	}
	return ops
}

// inVain adds so many operations of unknown outcome that had no effect.
func inVain(ops []monitor.Op, act monitor.Act, count int) []monitor.Op {
	for i := range count {
		ops = append(ops, monitor.Op{Act: act, Call: ops[i*len(ops)/count].Call, Return: monitor.Never})
	}
	return sorted(ops)
}

// fewLeft is, by the number of clients that never rest, how many operations of a history may be left of which about 32
// values are inside at a time: those values, and what was not over when the first of those under way was called. The
// longest of 10 under way is called about 4 ms ago, of 100 about 8 ms when it is most; that is 40 and 800 operations; as
// much again are puts of what is taken in the meantime.
func fewLeft() map[int]int { return map[int]int{1: 50, 10: 110, 100: 1100} }
