package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

func TestMutexForgetsWhatCannotMatter(t *testing.T) {
	forgets(t, mutexSpec("in turns", 0))
	forgets(t, mutexSpec("mostly in turns", 30))
	forgets(t, mutexSpec("at random", 100))
}

// What is left is who holds the lock, and what each client does; and of unknown outcomes those that nobody needed, which
// may be all: a client that waits its turn can have taken theirs.
func TestMutexStaysSmall(t *testing.T) {
	for _, clients := range [...]int{10, 100, 1000} {
		stays(t, named("locks", clients), monitor.Part{Ops: mutexLoad(100_000, clients)}, 1000, 1+clients)
		unknown := mutexLoad(100_000, clients)
		lost := lose(unknown, 1000, all)
		stays(t, named("unknown outcomes", clients), monitor.Part{Ops: unknown}, 1000, 1+clients+lost)
	}
}

func named(what string, clients int) string { return fmt.Sprintf("%s, %d clients", what, clients) }

// lose makes one of so many operations one of unknown outcome, if it may be one. It gives how many.
func lose(ops []monitor.Op, oneOf int, may func(i int) bool) (lost int) {
	r := rand.New(rand.NewPCG(3, uint64(len(ops))))
	for i := range ops {
		if r.IntN(oneOf) == 0 && may(i) {
			ops[i].Return = monitor.Never
			lost++
		}
	}
	return lost
}
