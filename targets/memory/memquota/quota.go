// Package memquota has the strategies that give out what there is only so much of in the memory of this process: what mem
// promises, of every one of them.
package memquota

import (
	"context"
	"math/rand/v2"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/quota"
)

// Strategy is one way to take from a quota.
type Strategy = strategy.For[*quota.Workload, quota.Input, quota.Output]

// room is one quota.
type room interface {
	// take says whether the amount was given. Chance is the client's.
	take(ctx context.Context, amount int64, chance *rand.Rand) (bool, error)
	used(ctx context.Context) (int64, error)
}

type target = harness.Target[quota.Input, quota.Output]

// newTarget makes the New of a strategy.
func newTarget(build func(limit int64) room) func(string, uint64) func(*quota.Workload) target {
	return func(_ string, seed uint64) func(*quota.Workload) target {
		return func(w *quota.Workload) target {
			return mem.Target(func() func(int) func(context.Context, quota.Input) (quota.Output, error) {
				all := make([]room, w.Keys())
				for i := range all {
					all[i] = build(w.Limit())
				}
				return func(number int) func(context.Context, quota.Input) (quota.Output, error) {
					return client{rooms: all, chance: rand.New(rand.NewPCG(seed, uint64(number)))}.do
				}
			})
		}
	}
}

// client is one client.
type client struct {
	rooms  []room
	chance *rand.Rand
}

func (c client) do(ctx context.Context, in quota.Input) (quota.Output, error) {
	r := c.rooms[in.Quota]
	if in.Kind == quota.Used {
		used, err := r.used(ctx)
		return quota.Output{Used: used}, err
	}
	given, err := r.take(ctx, in.Amount, c.chance)
	return quota.Output{Refused: !given}, err
}
