package targets

import (
	"github.com/lostupdate/stress/workloads/cache"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/doctors"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/lock"
	"github.com/lostupdate/stress/workloads/outbox"
	"github.com/lostupdate/stress/workloads/quota"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/session"
	"github.com/lostupdate/stress/workloads/unique"
	"github.com/lostupdate/stress/workloads/wallet"
)

// Kinds are the names of the kinds of operation of a workload, or none if there is no such workload.
func Kinds(workload string) []string {
	of := map[string]func() []string{
		cache.Name: cache.Kinds, counter.Name: counter.Kinds, doctors.Name: doctors.Kinds, jobs.Name: jobs.Kinds,
		lock.Name: lock.Kinds, outbox.Name: outbox.Kinds, quota.Name: quota.Kinds, register.Name: register.Kinds,
		session.Name: session.Kinds, unique.Name: unique.Kinds, wallet.Name: wallet.Kinds, wallet.ReportName: wallet.Kinds,
	}[workload]
	if of == nil {
		return nil
	}
	return of()
}
