package monitor_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

func sumOp(kind monitor.Kind, value, other, from, to int64) monitor.Op {
	return monitor.Op{Act: monitor.Act{Kind: kind, Value: value, Other: other}, Call: from, Return: to}
}

func readOf(value, from, to int64) monitor.Op { return sumOp(monitor.Read, value, 0, from, to) }
func addOf(delta, from, to int64) monitor.Op  { return sumOp(monitor.Add, delta, 0, from, to) }
func fetchOf(delta, saw, from, to int64) monitor.Op {
	return sumOp(monitor.FetchAdd, delta, saw, from, to)
}

// found is what a test says of a result.
type found struct {
	status monitor.Status
	rule   string
	core   []int32
}

func look(r monitor.Result) found { return found{r.Status, r.Rule, r.Core} }

func illegal(rule string, core ...int32) found { return found{monitor.Illegal, rule, core} }

func TestCounterSaysWhatHappened(t *testing.T) {
	never := monitor.Never
	for name, c := range map[string]struct {
		ops  []monitor.Op
		want found
	}{
		"each read within its bounds, and no order": {
			[]monitor.Op{addOf(1, 0, 10), readOf(1, 2, 3), addOf(1, 4, 5), readOf(1, 6, 7)},
			illegal(monitor.RuleStaleRead, 1, 2, 3),
		},
		"an add is not in the final read": {
			[]monitor.Op{addOf(1, 0, 1), addOf(1, 0, 2), addOf(1, 1, 3), readOf(1, 4, 5)},
			illegal(monitor.RuleLostUpdate, 0, 1, 3),
		},
		"a read too low while others add": {
			[]monitor.Op{addOf(1, 0, 1), readOf(0, 2, 5), addOf(1, 3, 6)},
			illegal(monitor.RuleStaleRead, 0, 1),
		},
		"a read of more than was called": {
			[]monitor.Op{addOf(1, 0, 9), addOf(1, 0, never), readOf(3, 2, 5), addOf(1, 6, 7)},
			illegal(monitor.RulePhantomRead, 2),
		},
		"a read between the steps": {
			[]monitor.Op{addOf(2, 0, 9), readOf(1, 2, 5)},
			illegal(monitor.RulePhantomRead, 1),
		},
		"reads that go down": {
			[]monitor.Op{addOf(1, 0, 9), readOf(1, 2, 3), readOf(0, 4, 5)},
			illegal(monitor.RuleStaleRead, 1, 2),
		},
		"an add of two deltas is not in the final read": {
			[]monitor.Op{addOf(1, 0, 1), addOf(2, 0, 2), readOf(2, 4, 5)},
			illegal(monitor.RuleLostUpdate, 0, 2),
		},
		"the smaller add came first, but the read saw only the larger": {
			[]monitor.Op{addOf(1, 0, 1), readOf(2, 0, 9), readOf(3, 0, 9), addOf(2, 5, 6)},
			illegal(monitor.RuleStaleRead, 0, 1),
		},
		"up and down, and a read that was never true": {
			[]monitor.Op{addOf(1, 0, 1), addOf(-1, 2, 3), readOf(1, 4, 5)},
			illegal(monitor.RuleLostUpdate, 1, 2),
		},
	} {
		assert.Equal(t, c.want, look(monitor.Counter(&monitor.Part{Ops: c.ops})), name)
	}
}

func TestFetchAndAddSaysWhatHappened(t *testing.T) {
	for name, c := range map[string]struct {
		ops  []monitor.Op
		want found
	}{
		"two saw one state": {
			[]monitor.Op{fetchOf(1, 0, 0, 5), fetchOf(2, 0, 1, 6), fetchOf(1, 1, 2, 7), readOf(2, 8, 9)},
			illegal(monitor.RuleLostUpdate, 0, 1),
		},
		"one saw what another stepped over": {
			[]monitor.Op{fetchOf(3, 0, 0, 5), fetchOf(1, 2, 1, 6)},
			illegal(monitor.RulePhantomRead, 0, 1),
		},
		"a step that nobody took": {
			[]monitor.Op{fetchOf(1, 0, 0, 5), fetchOf(1, 2, 1, 6)},
			illegal(monitor.RulePhantomRead, 1),
		},
		"the later one saw the earlier state": {
			[]monitor.Op{fetchOf(1, 1, 0, 1), fetchOf(1, 0, 2, 3)},
			illegal(monitor.RuleStaleRead, 0, 1),
		},
		"the later one read the earlier state": {
			[]monitor.Op{fetchOf(1, 0, 0, 5), readOf(1, 1, 2), readOf(0, 3, 4)},
			illegal(monitor.RuleStaleRead, 1, 2),
		},
		"an add of one delta too many for a gap": {
			[]monitor.Op{readOf(0, 0, 1), addOf(1, 2, 3), addOf(1, 2, 3), fetchOf(5, 1, 4, 5), readOf(7, 6, 9)},
			illegal(monitor.RuleStaleRead, 1, 2, 3),
		},
	} {
		assert.Equal(t, c.want, look(monitor.FetchAndAdd(&monitor.Part{Ops: c.ops})), name)
	}
}

func TestFetchAndAddOfUnknownOutcomeFillsAGap(t *testing.T) {
	ops := []monitor.Op{fetchOf(2, 9, 0, monitor.Never), fetchOf(1, 0, 0, 5), fetchOf(1, 3, 1, 6)}
	r := monitor.FetchAndAdd(&monitor.Part{Ops: ops, Witness: true})
	assert.Equal(t, []int32{1, 0, 2}, r.Order, "%+v", r)
	ops[0].Call, ops[1], ops[2], ops[0] = 7, ops[0], ops[1], ops[2]
	ops[0], ops[1], ops[2] = ops[2], ops[0], sumOp(monitor.FetchAdd, 2, 9, 7, monitor.Never)
	assert.Equal(t, illegal(monitor.RulePhantomRead, 1), look(monitor.FetchAndAdd(&monitor.Part{Ops: ops})),
		"it was called too late")
}

func TestCounterIsUnsuited(t *testing.T) {
	for name, p := range map[string]monitor.Part{
		"other kinds":       {Ops: []monitor.Op{sumOp(monitor.Write, 1, 0, 0, 1)}},
		"answers":           {Ops: []monitor.Op{fetchOf(1, 0, 0, 1)}},
		"start":             {Start: math.MinInt64},
		"one large delta":   {Ops: []monitor.Op{addOf(math.MinInt64, 0, 1)}},
		"many large deltas": {Ops: []monitor.Op{addOf(1<<60, 0, 1), addOf(1<<60, 0, 1), addOf(1<<60, 0, 1)}},
	} {
		r := monitor.Counter(&p)
		assert.Equal(t, monitor.Unsuited, r.Status, name)
		assert.NotEmpty(t, r.Reason, name)
	}
	assert.Equal(t, monitor.Unsuited, monitor.FetchAndAdd(&monitor.Part{Ops: []monitor.Op{{}}}).Status)
}

func TestCounterEndsOfTheRange(t *testing.T) {
	for _, value := range []int64{math.MinInt64, math.MaxInt64, math.MinInt64 + 1} {
		for _, delta := range []int64{1, -1, 1 << 60, -1 << 60} {
			ops := []monitor.Op{addOf(delta, 0, 1), readOf(value, 2, 3)}
			assert.Equal(t, illegal(monitor.RulePhantomRead, 1), look(monitor.Counter(&monitor.Part{Ops: ops})))
		}
	}
}

// Sums of 40 different adds at once, and a read that many of them give.
func TestCounterGivesUp(t *testing.T) {
	for _, sign := range []int64{1, -1} {
		ops := []monitor.Op{addOf(-1, 0, 9)}
		for n := range int64(40) {
			ops = append(ops, addOf(sign*(1000+n*n), 0, 9))
		}
		ops = append(ops, readOf(sign*29_000, 0, 9))
		r := monitor.Counter(&monitor.Part{Ops: ops})
		assert.Equal(t, monitor.Unsuited, r.Status)
		assert.Equal(t, "additions of several deltas leave too many possibilities", r.Reason)
	}
}

// In a long history that lost updates in the middle, few operations prove it. (If states rise and fall it takes nearly
// all: what a core leaves out may always make up for what was lost.)
func TestCounterFindsASmallCore(t *testing.T) {
	for _, deltas := range [][]int64{{1}, {1, 2}} {
		acts := []monitor.Act{read()}
		for _, delta := range deltas {
			acts = append(acts, add(delta))
		}
		s := counterSpec("", monitor.Counter, 1, acts...)
		ops := s.loop(rand.New(rand.NewPCG(1, 2)), 20_000, 5)
		require.Equal(t, monitor.Legal, s.check(&monitor.Part{Ops: ops, Start: s.initial}).Status)
		for i := range ops {
			if i > 10_000 && ops[i].Kind == monitor.Read {
				ops[i].Value -= 20
			}
		}
		r := s.check(&monitor.Part{Ops: ops, Start: s.initial})
		assert.Equal(t, monitor.Illegal, r.Status)
		assert.Less(t, len(r.Core), 30, "%v: %v", deltas, r.Core)
	}
}
