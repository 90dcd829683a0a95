package targets

import (
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/workloads/lock"
)

// lockBinding is the workload of a lock and of what it protects.
func lockBinding() binding {
	return bind(lock.Name, func(e Engine) []locks.Strategy { return e.locks }, func(p Params) (*lock.Workload, error) {
		return lock.New(lock.Config{Keys: p.keys()})
	}, makeTarget[*lock.Workload, lock.Input, lock.Output], nil)
}

// makeTarget has a strategy that was made for one workload make its target.
func makeTarget[W, I, O any](build func(W) harness.Target[I, O], w W) harness.Target[I, O] {
	return build(w)
}
