package monitor_test

import (
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

func TestStack(t *testing.T) {
	t.Parallel()
	s := container("stack", pile.last, monitor.Push, monitor.Pop, monitor.PopEmpty)
	s.check = monitor.Stack
	for _, v := range variants(s, monitor.Push, monitor.Pop) {
		agree(t, v)
	}
}
