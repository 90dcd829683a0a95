package workloads_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

func TestBefore(t *testing.T) {
	h := &history.History[int, int]{Ops: []history.Op[int, int]{
		{Client: 1, Call: 0, Return: 5}, {Client: 1, Call: 5, Return: 6},
		{Client: 2, Call: 5, Return: 7}, {Client: 3, Call: 6, Return: 8},
	}}
	require.True(t, workloads.Before(h, 0, 1), "one client makes one operation after the other")
	require.False(t, workloads.Before(h, 1, 0))
	require.False(t, workloads.Before(h, 0, 2), "at one instant they may come in any order")
	require.True(t, workloads.Before(h, 0, 3))
	require.False(t, workloads.Before(h, 2, 3))
}

func TestOthers(t *testing.T) {
	require.Empty(t, workloads.Others(0, "job"))
	require.Equal(t, "; the same with another job", workloads.Others(1, "job"))
	require.Equal(t, "; the same with 2 other keys", workloads.Others(2, "key"))
}
