package targets

import (
	"errors"

	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/jobs"
)

// jobStrategy is one way in which an engine hands out jobs.
type jobStrategy = strategy.For[*jobs.Workload, jobs.Input, jobs.Output]

func jobsBinding() binding {
	strategies := func(e Engine) []jobStrategy { return e.jobs }
	b := bind(jobs.Name, strategies, newJobs, made[*jobs.Workload, jobs.Input, jobs.Output], nil)
	b.service = func(e *Entry, s *spec.Service, st spec.Named) { bindService(e, s, st, newJobs, queueOverHTTP) }
	b.process = onProcess(newJobs, queueByMessages)
	return b
}

func newJobs(p Params) (*jobs.Workload, error) {
	if p.Hot != 0 || p.Skew != 0 {
		return nil, errors.New("jobs: hot and skew must be 0: it is the queue that chooses the jobs")
	}
	return jobs.New(jobs.Config{Jobs: p.Keys})
}
