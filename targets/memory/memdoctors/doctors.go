// Package memdoctors has the strategies that keep a doctor on call in the memory of this process: what mem promises, of
// every one of them.
package memdoctors

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/doctors"
)

// Strategy is one way to leave a shift.
type Strategy = strategy.For[*doctors.Workload, doctors.Input, doctors.Output]

// shift is one shift.
type shift interface {
	// leave says whether the doctor was let go.
	leave(ctx context.Context, doctor int) (bool, error)
	back(ctx context.Context, doctor int) error
	status(ctx context.Context) (doctors.Set, error)
}

type target = harness.Target[doctors.Input, doctors.Output]

// newTarget makes the New of a strategy. There is no server and no chance in any of them.
func newTarget(build func(n int) shift) func(string, uint64) func(*doctors.Workload) target {
	return func(string, uint64) func(*doctors.Workload) target {
		return func(w *doctors.Workload) target {
			return mem.Target(func() func(int) func(context.Context, doctors.Input) (doctors.Output, error) {
				all := make(shifts, w.Keys())
				for i := range all {
					all[i] = build(w.Doctors())
				}
				return func(int) func(context.Context, doctors.Input) (doctors.Output, error) { return all.do }
			})
		}
	}
}

type shifts []shift

func (all shifts) do(ctx context.Context, in doctors.Input) (doctors.Output, error) {
	switch s := all[in.Shift]; in.Kind {
	case doctors.Return:
		return doctors.Output{}, s.back(ctx, int(in.Doctor))
	case doctors.Status:
		on, err := s.status(ctx)
		return doctors.Output{OnCall: on}, err
	default:
		left, err := s.leave(ctx, int(in.Doctor))
		return doctors.Output{Refused: !left}, err
	}
}
