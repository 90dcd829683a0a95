package workloads_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads"
)

func TestEnumerate(t *testing.T) {
	for want, all := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}} {
		require.Equal(t, want, workloads.Enumerate(all))
	}
}

// TestPlainest holds that an anomaly is told once, of the object that is easiest to understand, the first of those.
func TestPlainest(t *testing.T) {
	find := func(weight int) workloads.Finding {
		if weight == 0 {
			return workloads.Finding{}
		}
		a := checkers.Anomaly{Name: "x", Object: "key 1", Message: "it is wrong", Ops: make([]int, weight)}
		return workloads.Finding{Anomaly: a, Weight: weight}
	}
	require.Empty(t, workloads.Plainest([]int{0, 0}, "key", find))
	for want, all := range map[string][]int{
		"key 1: it is wrong.":                           {0, 3},
		"key 1: it is wrong; the same on another key.":  {3, 0, 2},
		"key 1: it is wrong; the same on 3 other keys.": {3, 2, 0, 2, 5},
	} {
		found := workloads.Plainest(all, "key", find)
		require.Len(t, found, 1)
		require.Equal(t, want, found[0].Message)
		require.Equal(t, "key 1", found[0].Object)
		require.Len(t, found[0].Ops, map[bool]int{true: 3, false: 2}[len(all) == 2])
	}
}

func TestIsOneOf(t *testing.T) {
	one, other := errors.New("one"), errors.New("other")
	require.True(t, workloads.IsOneOf(fmt.Errorf("wrapped: %w", one), []error{other, one}))
	require.False(t, workloads.IsOneOf(one, []error{other}))
	require.False(t, workloads.IsOneOf(nil, []error{one}))
}
