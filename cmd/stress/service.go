package main

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/targets"
)

// together is the schedule of a service whose clients send at the same moment.
const together = "together"

// serviceFlags are what is said of a service that is tested.
type serviceFlags struct {
	spec     string
	service  *spec.Service
	together *web.Together
}

func (f *serviceFlags) flags(s *pflag.FlagSet) {
	s.StringVar(&f.spec, "spec", "", "file that describes a service, for --target "+targets.HTTP+" (see stress init http)")
}

// entry finds what is to be run: in the catalogue, or in the description of a service.
func (f *runFlags) entry(s *pflag.FlagSet) (targets.Entry, error) {
	if e, is, err := f.processFlags.entry(s, f); is || err != nil {
		return e, err
	}
	if f.spec == "" {
		if f.target == targets.HTTP {
			return targets.Entry{}, usagef("--target %s needs --spec, a file that describes the service; stress init http writes one",
				targets.HTTP)
		}
		return find(f.target, f.workload, f.strategy)
	}
	if s.Changed("target") && f.target != targets.HTTP {
		return targets.Entry{}, usagef("--spec is for --target %s, not for %s", targets.HTTP, f.target)
	}
	var err error
	if f.service, err = spec.Read(f.spec); err != nil {
		return targets.Entry{}, usageError{err}
	}
	if s.Changed("workload") && f.workload != f.service.Workload {
		return targets.Entry{}, usagef("--workload %s: %s is about the workload %s", f.workload, f.spec, f.service.Workload)
	}
	f.target, f.workload = targets.HTTP, f.service.Workload
	entries, err := targets.Services(f.service)
	if err != nil {
		return targets.Entry{}, usageError{err}
	}
	e, err := choose(entries, f.strategy, f.spec)
	f.strategy = e.Strategy
	return e, err
}

// choose finds a strategy of a service, which need not be named if it is the only one.
func choose(entries []targets.Entry, strategy, file string) (targets.Entry, error) {
	var names []string
	for _, e := range entries {
		if names = append(names, e.Strategy); e.Strategy == strategy || strategy == "" && len(entries) == 1 {
			return e, nil
		}
	}
	if strategy == "" {
		return targets.Entry{}, usagef("--strategy is required; %s has %s", file, strings.Join(names, ", "))
	}
	return targets.Entry{}, unknownName("--strategy", strategy, names)
}

// serving says how the run finds the service.
func (f *runFlags) serving() targets.Serving {
	s := targets.Serving{}
	if f.schedule == together {
		f.serviceFlags.together = web.NewTogether(lockstepPatience)
		s.Together = f.serviceFlags.together
	}
	return s
}

// errTogether says where the schedule is of no use.
var errTogether = errors.New("is for services that are asked over HTTP: --target " + targets.HTTP)
