package targets

import (
	"errors"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/quota"
)

type quotaStrategy = strategy.For[*quota.Workload, quota.Input, quota.Output]

func quotaBinding() binding {
	return bind(quota.Name, func(e Engine) []quotaStrategy { return e.quota }, newQuota, made[*quota.Workload], nil)
}

func newQuota(p Params) (*quota.Workload, error) {
	if p.Hot != 0 || p.Skew != 0 {
		return nil, errors.New("quota: hot and skew must be 0: clients go through the quotas one after the other")
	}
	return quota.New(quota.Config{Keys: p.Keys, Limit: p.Limit})
}

// made is the target of a strategy that serves one workload.
func made[W harness.Workload[I, O], I, O any](target func(W) harness.Target[I, O], w W) harness.Target[I, O] {
	return target(w)
}
