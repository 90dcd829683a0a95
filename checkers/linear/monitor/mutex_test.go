package monitor_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// doMutex is a lock; its state is whether it is held.
func doMutex(held bool, a monitor.Act) (bool, monitor.Act, bool) {
	return !held, a, held == (a.Kind == monitor.Release)
}

// mutexSpec is a lock whose clients release it for every so many times that they acquire it, in turns or at random.
func mutexSpec(name string, random int) spec[bool] {
	return spec[bool]{
		name: name, do: doMutex, check: monitor.Mutex, accept: 1,
		draw: func(r *rand.Rand, n int) monitor.Act {
			if r.IntN(100) < random {
				n = r.IntN(2)
			}
			return monitor.Act{Kind: [...]monitor.Kind{monitor.Acquire, monitor.Release}[n%2]}
		},
		wrong: func(r *rand.Rand, a monitor.Act) monitor.Act {
			if r.IntN(2) == 0 {
				a.Kind = monitor.Acquire + monitor.Release - a.Kind
			}
			return a
		},
	}
}

func TestMutexAgreesWithTheOracles(t *testing.T) {
	agree(t, mutexSpec("in turns", 0))
	agree(t, mutexSpec("mostly in turns", 30))
	agree(t, mutexSpec("at random", 100))
}

func acquires(call, ret int64) monitor.Op { return opOf(monitor.Acquire, 0, 0, call, ret) }
func releases(call, ret int64) monitor.Op { return opOf(monitor.Release, 0, 0, call, ret) }

func TestMutexProves(t *testing.T) {
	const never = monitor.Never
	for name, c := range map[string]struct {
		rule          string
		ops           []monitor.Op
		core, support []int32
	}{
		"given twice": {
			monitor.RuleDoubleAcquire, []monitor.Op{acquires(0, 1), acquires(2, 3), releases(4, 5)}, []int32{0, 1}, nil,
		},
		"given twice at a time": {
			monitor.RuleDoubleAcquire, []monitor.Op{acquires(0, 6), acquires(0, 6), acquires(0, 6), releases(6, 9)},
			[]int32{0, 1, 2}, []int32{3},
		},
		"given back at the start": {
			monitor.RuleUnheldRelease, []monitor.Op{releases(0, 1), acquires(2, 3)}, []int32{0}, nil,
		},
		"given back twice": {
			monitor.RuleUnheldRelease, []monitor.Op{acquires(0, 1), releases(2, 3), releases(2, 3), acquires(4, never)},
			[]int32{1, 2}, []int32{0},
		},
		"given twice after it was free": {
			monitor.RuleDoubleAcquire,
			[]monitor.Op{acquires(0, never), releases(1, 2), acquires(3, 4), acquires(5, 6)}, []int32{1, 2, 3}, []int32{0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := mutexSpec(name, 0)
			got := monitor.Mutex(&monitor.Part{Ops: c.ops})
			require.Equal(t, monitor.Illegal, got.Status, "%+v", got)
			s.judge(t, name, c.ops, got, true)
			assert.Equal(t, c.rule, got.Rule)
			assert.Equal(t, c.core, got.Core)
			assert.Equal(t, c.support, got.Support)
			assert.Equal(t, got, monitor.Mutex(&monitor.Part{Ops: c.ops, Witness: true}), "the proof depends on the witness")
		})
	}
}

func TestMutexLegal(t *testing.T) {
	const never = monitor.Never
	for name, ops := range map[string][]monitor.Op{
		"empty":                       {},
		"ties":                        {acquires(0, 0), releases(0, 0), acquires(0, 0), releases(0, 1), acquires(1, 1)},
		"unknown ones fill the gaps":  {acquires(0, never), releases(0, never), acquires(0, never), releases(1, 2), acquires(3, 4)},
		"unknown ones need not be":    {releases(0, never), acquires(0, never), acquires(1, 2)},
		"the other kind has to hurry": {acquires(0, 1), acquires(2, 3), releases(2, 9), releases(4, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			s := mutexSpec(name, 0)
			got := monitor.Mutex(&monitor.Part{Ops: ops, Witness: true})
			require.Equal(t, monitor.Legal, got.Status, "%+v", got)
			s.judge(t, name, ops, got, true)
			assert.Nil(t, monitor.Mutex(&monitor.Part{Ops: ops}).Order, "nobody asked for a witness")
		})
	}
}

func TestMutexUnsuited(t *testing.T) {
	got := monitor.Mutex(&monitor.Part{Ops: []monitor.Op{acquires(0, 1), reads(0, 2, 3)}})
	assert.Equal(t, monitor.Result{Reason: "an operation is none of a lock's"}, got)
}
