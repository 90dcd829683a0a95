package monitor_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// whatever is what a compare-and-set expects that finds what it asks for, whatever is there.
const whatever = -1

// doRegister is a register whose failed compare-and-sets are reads.
func doRegister(state int64, a monitor.Act) (int64, monitor.Act, bool) {
	switch a.Kind {
	case monitor.Read:
		return state, monitor.Act{Kind: monitor.Read, Value: state}, true
	case monitor.Write:
		return a.Value, a, true
	case monitor.CompareAndSet:
		if a.Other == state || a.Other == whatever {
			return a.Value, monitor.Act{Kind: a.Kind, Value: a.Value, Other: state}, true
		}
		return state, monitor.Act{Kind: monitor.Read, Value: state}, true
	}
	return state, a, false
}

// registerSpec is a register where the n-th operation writes start + (n+1)*step. Mostly it is the n-th of the kinds: r, w,
// c: a compare-and-set from a value of the last few operations, C: one that succeeds whatever is there.
func registerSpec(name string, start, step int64, kinds string) spec[int64] {
	value := func(n int) int64 { return start + int64(n)*step }
	wrong := func(r *rand.Rand, a monitor.Act) monitor.Act {
		n := r.IntN(7)
		for n > 0 && kinds[(n-1)%len(kinds)] == 'r' { // few have written it
			n--
		}
		switch other := value(n); {
		case a.Kind == monitor.Read:
			a.Value = other
		case a.Kind == monitor.CompareAndSet && other != a.Value:
			a.Other = other
		}
		return a
	}
	draw := func(r *rand.Rand, n int) monitor.Act {
		a := monitor.Act{Kind: monitor.CompareAndSet, Value: value(n + 1)}
		at := n
		if r.IntN(5) == 0 {
			at = r.IntN(len(kinds))
		}
		switch kinds[at%len(kinds)] {
		case 'r':
			return monitor.Act{Kind: monitor.Read}
		case 'w':
			a.Kind = monitor.Write
		case 'c':
			a.Other = value(max(0, n-r.IntN(3)))
		case 'C':
			a.Other = whatever
		}
		return a
	}
	forget := func(a monitor.Act) monitor.Act {
		switch {
		case a.Kind == monitor.Read:
			a.Value = 77
		case a.Kind == monitor.CompareAndSet && a.Other == whatever:
			a.Other = a.Value - step
		}
		return a
	}
	return spec[int64]{
		name: name, start: start, initial: start, do: doRegister, draw: draw, wrong: wrong, forget: forget,
		check: monitor.Register, accept: 1,
	}
}

func TestRegisterAgreesWithTheOracles(t *testing.T) {
	agree(t, registerSpec("reads and writes", 0, 1, "wr"))
	agree(t, registerSpec("mostly reads", 0, 1, "wrrwrr"))
	agree(t, registerSpec("far values", 5, -333e15, "wrCrwrc"))
	agree(t, registerSpec("some compare-and-set", 0, 1, "wrCrcwrr"))
	agree(t, registerSpec("mostly compare-and-set", 3, 2, "CrwcCrCc"))
	agree(t, registerSpec("chains", 0, 1, "CrCcr"))
	agree(t, registerSpec("compare-and-set only", 0, 1, "cCC"))
	clash := registerSpec("values written twice", 0, 1, "wrCr")
	draw := clash.draw
	clash.draw = func(r *rand.Rand, n int) monitor.Act { return draw(r, max(0, n-r.IntN(8)/7)) }
	clash.accept = 0.2
	agree(t, clash)
}

// Short forms for histories. They take the times of call and return.

func opOf(kind monitor.Kind, value, other, call, ret int64) monitor.Op {
	return monitor.Op{Act: monitor.Act{Kind: kind, Value: value, Other: other}, Call: call, Return: ret}
}

func reads(value, call, ret int64) monitor.Op  { return opOf(monitor.Read, value, 0, call, ret) }
func writes(value, call, ret int64) monitor.Op { return opOf(monitor.Write, value, 0, call, ret) }

func swaps(from, to, call, ret int64) monitor.Op {
	return opOf(monitor.CompareAndSet, to, from, call, ret)
}

func TestRegisterProvesWithFewOperations(t *testing.T) {
	const never = monitor.Never
	for name, c := range map[string]struct {
		rule          string
		ops           []monitor.Op
		core, support []int32
	}{
		"two swaps from the start": {
			monitor.RuleLostUpdate, []monitor.Op{swaps(0, 1, 0, 9), swaps(0, 2, 0, 9)}, []int32{0, 1}, nil,
		},
		"two swaps from a value": {
			monitor.RuleLostUpdate, []monitor.Op{writes(1, 0, 9), swaps(1, 2, 0, 9), swaps(1, 3, 0, 9)}, []int32{1, 2}, []int32{0},
		},
		"a swap and one of unknown outcome that was seen": {
			monitor.RuleLostUpdate,
			[]monitor.Op{swaps(0, 1, 0, 9), swaps(0, 2, 0, never), swaps(2, 3, 0, never), reads(3, 0, 9)},
			[]int32{0, 3}, []int32{1, 2},
		},
		"a write between a swap and what it saw": {
			monitor.RuleLostUpdate,
			[]monitor.Op{writes(1, 0, 1), writes(2, 2, 3), swaps(1, 3, 4, 5), reads(3, 6, 7)}, []int32{0, 1, 2}, nil,
		},
		"a write at the time of a swap is gone": {
			monitor.RuleLostUpdate,
			[]monitor.Op{writes(1, 0, 1), swaps(1, 3, 2, 9), writes(2, 3, 5), reads(3, 6, 7)}, []int32{0, 2, 3}, []int32{1},
		},
		"a write between reads of the value before": {
			monitor.RuleStaleRead,
			[]monitor.Op{writes(1, 0, 1), writes(2, 2, 3), reads(2, 4, 5), reads(1, 6, 7)}, []int32{0, 1, 3}, nil,
		},
		"the start was overwritten": {
			monitor.RuleStaleRead, []monitor.Op{writes(1, 0, 1), reads(0, 2, 3)}, []int32{0, 1}, nil,
		},
		"two values in turns": {
			monitor.RuleStaleRead,
			[]monitor.Op{writes(1, 0, 19), writes(2, 0, 19), reads(1, 1, 2), reads(2, 3, 4), reads(1, 5, 6)},
			[]int32{2, 3, 4}, []int32{0, 1},
		},
		"two values across": {
			monitor.RuleStaleRead,
			[]monitor.Op{
				writes(1, 0, 19), writes(2, 0, 19), reads(1, 1, 2), reads(2, 1, 2), reads(1, 3, 4), reads(2, 3, 4),
			},
			[]int32{2, 3, 4, 5}, []int32{0, 1},
		},
		"a read of what was swapped away": {
			monitor.RuleStaleRead, []monitor.Op{swaps(0, 1, 0, 1), reads(0, 2, 3)}, []int32{0, 1}, nil,
		},
		"a write after a chain": {
			monitor.RuleStaleRead,
			[]monitor.Op{swaps(0, 1, 0, 1), swaps(1, 2, 2, 3), writes(9, 4, 5), reads(2, 6, 7)}, []int32{1, 2, 3}, nil,
		},
		"a read far down a chain": {
			monitor.RuleStaleRead,
			[]monitor.Op{swaps(0, 1, 0, 9), swaps(1, 2, 0, 9), swaps(2, 3, 0, 9), reads(3, 1, 2), reads(1, 3, 4)},
			[]int32{3, 4}, []int32{0, 1, 2},
		},
		"nobody wrote it": {
			monitor.RulePhantomRead, []monitor.Op{writes(1, 0, 1), reads(7, 0, 3)}, []int32{1}, nil,
		},
		"nobody wrote what a swap saw": {
			monitor.RulePhantomRead, []monitor.Op{swaps(7, 1, 0, 1)}, []int32{0}, nil,
		},
		"nobody wrote what a swap of unknown outcome saw": {
			monitor.RulePhantomRead, []monitor.Op{swaps(7, 1, 0, never), reads(1, 0, 3)}, []int32{1}, []int32{0},
		},
		"read before it was written": {
			monitor.RuleFutureRead, []monitor.Op{reads(1, 0, 1), writes(1, 2, 3)}, []int32{0, 1}, nil,
		},
		"read before it was written, with unknown outcome": {
			monitor.RuleFutureRead, []monitor.Op{reads(1, 0, 1), writes(1, 2, never)}, []int32{0}, []int32{1},
		},
		"a ring of swaps": {
			monitor.RuleNonLinearizable, []monitor.Op{swaps(1, 2, 0, 9), swaps(2, 1, 0, 9)}, []int32{0}, []int32{1},
		},
		"a ring of swaps of unknown outcome": {
			monitor.RuleNonLinearizable,
			[]monitor.Op{swaps(1, 2, 0, never), swaps(2, 1, 0, never), reads(1, 0, 1)}, []int32{2}, []int32{0, 1},
		},
		"a ring from which another swap leads away": {
			monitor.RuleNonLinearizable,
			[]monitor.Op{swaps(1, 2, 0, never), swaps(2, 1, 0, never), swaps(1, 3, 0, never), reads(3, 0, 1)},
			[]int32{3}, []int32{0, 1, 2},
		},
		"a swap of unknown outcome came too late": {
			monitor.RuleLostUpdate,
			[]monitor.Op{writes(1, 0, 1), writes(2, 2, 3), swaps(1, 3, 4, never), reads(3, 3, 9)},
			[]int32{0, 1, 3}, []int32{2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := registerSpec(name, 0, 1, "r")
			got := monitor.Register(&monitor.Part{Ops: c.ops})
			require.Equal(t, monitor.Illegal, got.Status, "%+v", got)
			s.judge(t, name, c.ops, got, true)
			assert.Equal(t, c.rule, got.Rule)
			assert.Equal(t, c.core, got.Core)
			assert.Equal(t, c.support, got.Support)
		})
	}
}

func TestRegisterLegal(t *testing.T) {
	const never = monitor.Never
	for name, ops := range map[string][]monitor.Op{
		"empty":                  {},
		"ties":                   {writes(1, 0, 1), reads(0, 1, 2), writes(2, 1, 1), reads(1, 1, 1)},
		"swaps of unknown fate":  {swaps(0, 1, 0, never), swaps(0, 2, 0, never), swaps(2, 3, 0, 9), swaps(1, 4, 0, never)},
		"a ring nobody saw":      {swaps(1, 2, 0, never), swaps(2, 1, 0, never), reads(0, 0, 1)},
		"a phantom nobody saw":   {swaps(7, 1, 0, never), reads(0, 5, 9), reads(8, 9, never)},
		"an unread write, late":  {writes(1, 0, never), writes(2, 0, 1), reads(2, 2, 3), reads(1, 5, 6)},
		"a chain under a reader": {swaps(0, 1, 0, 9), reads(2, 1, 10), swaps(1, 2, 3, never), swaps(2, 3, 3, never)},
	} {
		t.Run(name, func(t *testing.T) {
			s := registerSpec(name, 0, 1, "r")
			got := monitor.Register(&monitor.Part{Ops: ops, Witness: true})
			require.Equal(t, monitor.Legal, got.Status, "%+v", got)
			s.judge(t, name, ops, got, true)
			assert.Nil(t, monitor.Register(&monitor.Part{Ops: ops}).Order, "nobody asked for a witness")
		})
	}
}

func TestRegisterUnsuited(t *testing.T) {
	for reason, ops := range map[string][]monitor.Op{
		"value 7 was written twice":                            {writes(7, 0, 1), swaps(0, 7, 0, 1)},
		"value 0 was written, which was there at the start":    {writes(0, 0, 1)},
		"a compare-and-set writes 3, which is what it expects": {swaps(3, 3, 0, 1)},
		"an operation is none of a register's":                 {opOf(monitor.FetchAdd, 1, 0, 0, 1)},
		"an operation was called at the beginning of time":     {reads(0, -1<<63, 1)},
	} {
		got := monitor.Register(&monitor.Part{Ops: append(ops, reads(99, 5, 6))})
		assert.Equal(t, monitor.Unsuited, got.Status, reason)
		assert.Equal(t, reason, got.Reason)
	}
}

// Without compare-and-set no core has an operation too many, but for the write in one of two: that only its call matters
// does not make it less of a proof to read.
func TestRegisterCoresAreMinimal(t *testing.T) {
	s := registerSpec("reads and writes", 0, 1, "wr")
	sizes := map[int]int{}
	for seed := range histories(t) {
		ops := s.random(rand.New(rand.NewPCG(uint64(seed), 3)))
		got := s.check(&monitor.Part{Ops: ops})
		sizes[len(got.Core)]++
		for _, spare := range got.Core {
			core := func(i int) bool { return int32(i) != spare && slices.Contains(got.Core, int32(i)) }
			if len(got.Core) > 2 {
				require.True(t, s.linearizable(ops, all, core), "%d in %+v: %+v", spare, got, ops)
			}
		}
	}
	t.Log(sizes)
	require.Positive(t, sizes[4])
	require.Len(t, sizes, 5, "cores of one to four, and none")
}
