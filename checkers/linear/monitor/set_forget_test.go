package monitor_test

import (
	"fmt"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

func TestSetForgetsWhatCannotMatter(t *testing.T) {
	forgets(t, setSpec("one", 1, monitor.Insert, monitor.Remove, monitor.Contains))
	forgets(t, setSpec("changes", 1, monitor.Insert, monitor.Remove))
	forgets(t, setSpec("looks", 1, monitor.Insert, monitor.Remove, monitor.Contains, monitor.Contains, monitor.Contains))
	forgets(t, setSpec("two", 2, monitor.Insert, monitor.Remove, monitor.Contains))
	forgets(t, setSpec("five", 5, monitor.Insert, monitor.Insert, monitor.Remove, monitor.Contains))
}

// What is left is what the set holds, and what each client is doing; and of unknown outcomes those that nobody needed.
func TestSetStaysSmall(t *testing.T) {
	for _, clients := range [...]int{10, 100, 1000} {
		for _, elements := range [...]int{1, 50, 10_000} {
			name := named(fmt.Sprintf("%d elements", elements), clients)
			stays(t, name, *busySet(100_000, clients, elements), 1000, elements+clients)
		}
		unknown := busySet(100_000, clients, 50)
		lost := lose(unknown.Ops, 1000, func(i int) bool { return unknown.Ops[i].Kind != monitor.Contains })
		stays(t, named("unknown outcomes", clients), *unknown, 1000, 50+clients+lost)
	}
}
