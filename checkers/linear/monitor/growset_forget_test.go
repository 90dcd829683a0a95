package monitor_test

import (
	"slices"
	"testing"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// withMasks gives reads the masks of their members.
func withMasks(p *monitor.Part) *monitor.Part {
	with := *p
	with.Ops, with.Members = slices.Clone(p.Ops), nil
	for i := range with.Ops {
		op := &with.Ops[i]
		if op.Kind != monitor.ReadAll || op.Return == monitor.Never {
			continue
		}
		mask := int64(0)
		for _, e := range p.Members[op.Value] {
			mask |= 1 << e
		}
		op.Value = mask
	}
	return &with
}

func TestGrowSetForgetsWhatCannotMatter(t *testing.T) {
	for _, s := range []spec[int64]{
		growSpec("once", 10, 0.5, true),
		growSpec("repeated", 3, 0.4, false),
		growSpec("many reads", 4, 0.7, false),
		growSpec("one", 1, 0.5, false),
	} {
		s.tell, s.heed = withMembers, withMasks
		forgets(t, s)
	}
}

func TestGrowSetForgetsAllButItsElements(t *testing.T) {
	t.Parallel()
	for _, clients := range []int{10, 100} {
		part := busyGrowSet(100_000, clients, 1_000, 1_000)
		stays(t, "busy", *part, 1_000, 1_000+clients)
	}
}
