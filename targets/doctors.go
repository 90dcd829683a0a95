package targets

import (
	"errors"

	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/doctors"
)

type doctorsStrategy = strategy.For[*doctors.Workload, doctors.Input, doctors.Output]

func doctorsBinding() binding {
	return bind(doctors.Name, func(e Engine) []doctorsStrategy { return e.doctors }, newDoctors, made[*doctors.Workload], nil)
}

func newDoctors(p Params) (*doctors.Workload, error) {
	if p.Hot != 0 || p.Skew != 0 {
		return nil, errors.New("doctors: hot and skew must be 0: clients go through the shifts one after the other")
	}
	return doctors.New(doctors.Config{Keys: p.Keys, Doctors: p.Doctors})
}
