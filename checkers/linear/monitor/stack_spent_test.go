package monitor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// Value 5 was pushed onto 4, which was popped by 12 from where it lay on 3: so the first pop of unknown outcome took 5, and
// the second may take 1. If it is told from the stretch of time in which 3 was inside that one of the two took 5, it must
// not be said that the second did: with the first, 1 could be gone before 2 was pushed.
func TestStackForgetsNotWhichPopIsLeft(t *testing.T) {
	t.Parallel()
	const push, pop, none, never = int64(monitor.Push), int64(monitor.Pop), int64(monitor.PopEmpty), monitor.Never
	s := stackSpec()
	f := forgetting[pile]{spec: &s}
	for name, begin := range map[string][]did{
		"one after the other": {{pop, 0, -10, never}, {push, 1, -9, -8}, {none, 0, -7, 41}, {push, 2, -7, -6}},
		"at one time":         {{push, 1, -10, -10}, {pop, 0, -9, never}, {none, 0, -9, 41}, {push, 2, -9, -9}},
	} {
		before := timeline(append(begin, did{push, 3, -5, 5}, did{push, 4, -3, 0}, did{push, 5, 6, 7}, did{pop, 4, 10, 12},
			did{pop, 0, 15, never}, did{pop, 3, 20, 30})...)
		rest := f.forget(t, f.begin().with(before), 40)
		for call, want := range map[int64]bool{40: true, 42: false} {
			after := timeline(did{pop, 2, call, call + 1})
			require.Equal(t, want, f.explained(f.begin(), join(before, after)), name)
			require.Equal(t, want, f.explained(rest, after), "%s: %+v is left", name, rest)
		}
	}
}

// More values must be gone than pops can have taken them. What is left of that must not be legal either.
func TestStackForgetsNothingOfWhatNoPopsCanHaveTaken(t *testing.T) {
	t.Parallel()
	const push, pop, never = int64(monitor.Push), int64(monitor.Pop), monitor.Never
	ops := timeline(did{push, 1, 0, 1}, did{push, 2, 2, 3}, did{push, 3, 2, 3}, did{push, 4, 2, 3}, did{pop, 0, 4, never},
		did{pop, 0, 4, never}, did{pop, 1, 5, 6})
	require.Equal(t, monitor.Illegal, monitor.Stack(&monitor.Part{Ops: ops}).Status)
	rest, _ := monitor.Forget(&monitor.Part{Ops: ops}, 10)
	require.Equal(t, monitor.Illegal, monitor.Stack(rest).Status)
}
