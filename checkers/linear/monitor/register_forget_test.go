package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// outOfReach is what a register holds whose value cannot be seen any more.
const outOfReach = -987654321

// rereading is a register that may have forgotten what it held.
func rereading(s spec[int64]) spec[int64] {
	s.from = func(p *monitor.Part) int64 {
		if p.Passed {
			return outOfReach
		}
		return p.Start
	}
	return s
}

func TestRegisterForgetsWhatCannotMatter(t *testing.T) {
	forgets(t, rereading(registerSpec("reads and writes", 0, 1, "wr")))
	forgets(t, rereading(registerSpec("mostly reads", 0, 1, "wrrwrr")))
	forgets(t, rereading(registerSpec("some compare-and-set", 0, 1, "wrCrcwrr")))
	forgets(t, rereading(registerSpec("mostly compare-and-set", 3, 2, "CrwcCrCc")))
	forgets(t, rereading(registerSpec("chains", 0, 1, "CrCcr")))
	clash := registerSpec("values written twice", 0, 1, "wrCr")
	draw := clash.draw
	clash.draw = func(r *rand.Rand, n int) monitor.Act { return draw(r, max(0, n-r.IntN(8)/5)) }
	forgets(t, rereading(clash))
}

// A read under way says that it saw 1, which others had overwritten: only the 1 that is written again explains it. That others
// had overwritten it must not be forgotten; once it was.
func TestRegisterForgetsNotWhatShowsThatAValueCameTwice(t *testing.T) {
	spec := rereading(registerSpec("reads and writes", 0, 1, "wr"))
	f := forgetting[int64]{spec: &spec}
	f.try(t, rand.New(rand.NewPCG(134243, 2)), 134243)
	require.Positive(t, f.illegal)
}

// Value 1 is closed, by 3, whose write was called before it. Yet nobody may see 2 again since 1 was written and read, which
// 3 does not tell.
func TestRegisterForgetsNotWhatClosesAnother(t *testing.T) {
	before := []monitor.Op{
		op(monitor.Write, 1, 0, 0, 10), op(monitor.Write, 2, 0, 5, 25), op(monitor.Read, 2, 0, 6, 100),
		op(monitor.Write, 3, 0, 20, 40), op(monitor.Read, 1, 0, 30, 31),
	}
	rest, _ := monitor.Forget(&monitor.Part{Ops: before}, 60)
	for value, want := range map[int64]monitor.Status{2: monitor.Illegal, 3: monitor.Legal} {
		after := []monitor.Op{op(monitor.Read, value, 0, 101, 102)}
		require.Equal(t, want, monitor.Register(&monitor.Part{Ops: join(before, after)}).Status)
		whole := *rest
		whole.Ops = join(rest.Ops, after)
		require.Equal(t, want, monitor.Register(&whole).Status)
	}
}

// What is left of a register is, for each of the clients, what he has under way and what overlaps it, and a few values.
func TestARegisterStaysSmall(t *testing.T) {
	for _, clients := range []int{10, 100} {
		for _, kinds := range []string{"rw", "rrrrrrrrrw", "rwC", "rC", "r"} {
			ops := registerLoad(50_000, clients, kinds, 1)
			name := fmt.Sprintf("%d clients, %s", clients, kinds)
			stays(t, name, monitor.Part{Ops: ops}, 1000, 10*clients)
		}
	}
}
