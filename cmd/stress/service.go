package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/service/host"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/targets"
)

// together is the schedule of a service whose clients send at the same moment.
const together = "together"

// serviceLog is the file of a run's folder that has what the service wrote.
const serviceLog = "service.log"

// serviceFlags are what is said of a service that is tested.
type serviceFlags struct {
	spec, start string
	delay       delays

	service  *spec.Service // nil unless there is one
	offered  []targets.Entry
	together *web.Together
}

func (f *serviceFlags) flags(s *pflag.FlagSet) {
	s.StringVar(&f.spec, "spec", "", "file that describes a service, which is asked over HTTP (see stress init http)")
	s.StringVar(&f.start, "start", "", `command that starts the service, e.g. "node server.js"; it is always ended`)
	s.Var(&f.delay, "delay",
		"hold what a dependency of the service answers, e.g. DATABASE_URL=3ms: the service's variable with its address")
}

// read reads the description, and finds the service's strategies.
func (f *serviceFlags) read(given spec.Given) (err error) {
	given.Start, given.Delays = f.start != "", f.delay
	f.service, f.offered, err = described(f.spec, given)
	return err
}

// described reads a description, and refuses what would do nothing beside what the command line says.
func described(path string, given spec.Given) (*spec.Service, []targets.Entry, error) {
	s, err := spec.Read(path)
	if err != nil {
		return nil, nil, usageError{err}
	}
	entries, err := targets.Services(s)
	if err := errors.Join(err, s.Ignored(given)); err != nil {
		return nil, nil, usageError{err}
	}
	return s, entries, nil
}

// delays is the value of --delay: times by name.
type delays map[string]time.Duration

// String gives the value as it may be set again.
func (d *delays) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(*d)) {
		parts = append(parts, name+"="+(*d)[name].String())
	}
	return strings.Join(parts, ",")
}

// Set adds one or several, with commas between.
func (d *delays) Set(text string) error {
	if *d == nil {
		*d = delays{}
	}
	for _, part := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		time, err := time.ParseDuration(value)
		if err != nil || time <= 0 || name == "" {
			return fmt.Errorf("%q is no variable with a time", part)
		}
		(*d)[name] = time
	}
	return nil
}

// Type names what is wanted.
func (*delays) Type() string { return "variable=time" }

// proxied makes sure that the service is told of the proxies before what it uses, or looks where they listen.
func (f *serviceFlags) proxied() error {
	if f.service == nil || f.start != "" || f.service.Start != "" {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(f.delay)) {
		if f.service.Dependencies[name].Listen == "" {
			return usagef("--delay: the service must be started with the address of the proxy in its %s: say how with --start, or with "+
				"dependencies.%s.listen where the service finds the proxy", name, name)
		}
	}
	return nil
}

// refuse says which flags would be ignored.
func (f *serviceFlags) refuse(s *pflag.FlagSet) error {
	for _, name := range []string{"spec", "start"} {
		if s.Changed(name) && s.Lookup(name).Value.String() == "" {
			return usagef("--%s is empty: say what it is, or leave it out", name)
		}
	}
	if s.Changed("delay") && f.service == nil {
		return usagef("--delay is for a service that --spec describes")
	}
	if t := s.Lookup("target"); s.Changed("start") && f.service == nil && t.Value.String() != targets.Process {
		return usagef("--start is for a service that --spec describes, and for --target %s", targets.Process)
	}
	if err := f.proxied(); err != nil {
		return err
	}
	return f.delayed()
}

// delayed refuses to hold what comes from where nobody knows.
func (f *serviceFlags) delayed() error {
	for _, name := range slices.Sorted(maps.Keys(f.delay)) {
		if !f.service.Located(name) {
			return usagef("--delay %s: the service has no such variable: set %s to the address of what it depends on", name, name)
		}
	}
	if f.service == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(f.service.Delayed(f.delay))) {
		if f.service.Located(name) || f.service.Needed(name) {
			continue // or those that need it are not run without
		}
		return usageError{f.service.Fault([]string{"dependencies", name}, "set "+name+", or say its address",
			"nobody knows where it is, so that nothing would be held")}
	}
	return nil
}

// host starts the service, if it is one that must be started.
func (f *serviceFlags) host(c *cobra.Command, log string, seed uint64, quiet bool) (*host.Host, error) {
	if f.service == nil {
		return nil, nil //nolint:nilnil // there is none, and nothing is wrong with that
	}
	dir := ""
	if f.start != "" {
		dir = "." // as the shell that it was typed into
	}
	return host.Start(c.Context(), host.Config{
		Service: f.service, Start: f.start, Dir: dir, Log: log, Delays: f.delay, Seed: seed,
		Preparing: func(what string) {
			if !quiet {
				_, _ = fmt.Fprintln(c.ErrOrStderr(), what) // it is no result
			}
		},
	})
}

// watched gives a context that ends when the service does.
func watched(ctx context.Context, h *host.Host) (context.Context, context.CancelFunc) {
	if h == nil {
		return context.WithCancel(ctx)
	}
	return h.Context(ctx)
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
	given := spec.Given{Keys: f.keys, Hot: s.Changed("hot"), Skew: s.Changed("skew")}
	if err := f.read(given); err != nil {
		return targets.Entry{}, err
	}
	return f.described(s)
}

// described finds what is to be run among what a description has.
func (f *runFlags) described(s *pflag.FlagSet) (targets.Entry, error) {
	if s.Changed("workload") && f.workload != f.service.Workload {
		return targets.Entry{}, usagef("--workload %s: %s is about the workload %s", f.workload, f.spec, f.service.Workload)
	}
	f.target, f.workload = targets.HTTP, f.service.Workload
	if s.Changed("hot") {
		f.service.Hot = f.hot // also if it is 0
	}
	if s.Changed("skew") {
		f.service.Skew = f.skew
	}
	if f.service.Longest > 0 && !s.Changed("timeout") {
		f.timeout = f.service.Longest
	}
	e, err := choose(f.serviceFlags.offered, f.strategy, f.spec)
	if f.strategy = e.Strategy; !s.Changed("ops") && !s.Changed("duration") && f.service.OpsOf(e.Strategy) > 0 {
		f.ops = e.Ops()
	}
	if missing := e.Missing(os.Getenv); err == nil && missing != "" {
		err = usagef("--strategy %s needs the variable %s", e.Strategy, missing)
	}
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
func (f *runFlags) serving(h *host.Host) targets.Serving {
	s := serving(h)
	if f.schedule == together {
		f.serviceFlags.together = web.NewTogether(lockstepPatience)
		s.Together = f.serviceFlags.together
	}
	return s
}

// serving says how runs find a service.
func serving(h *host.Host) targets.Serving {
	if h == nil {
		return targets.Serving{}
	}
	return targets.Serving{Port: h.Port()}
}

// describe reads the description for a matrix.
func (f *matrixFlags) describe(s *pflag.FlagSet) error {
	if f.spec == "" {
		return f.refuse(s)
	}
	for _, name := range []string{"target", "workload"} {
		if s.Changed(name) {
			return usagef("--%s is for the catalogue, and --spec for a service", name)
		}
	}
	if err := f.read(spec.Given{}); err != nil {
		return err
	}
	return f.refuse(s)
}

// services gives the strategies of a service that take part, and those for which a variable is missing.
func (f *serviceFlags) services(chosen []string) (taking, left []targets.Entry, err error) {
	var names []string
	for _, e := range f.offered {
		names = append(names, e.Strategy)
	}
	for _, name := range chosen {
		if err := oneOf("--strategy", name, names); err != nil {
			return nil, nil, err
		}
	}
	for _, e := range f.offered {
		switch {
		case !among(e.Strategy, chosen):
		case e.Missing(os.Getenv) != "":
			left = append(left, e)
		default:
			taking = append(taking, e)
		}
	}
	if len(taking) == 0 {
		return nil, nil, usagef("nothing of what was chosen can be run: %s needs the variable %s", left[0].Strategy,
			left[0].Missing(os.Getenv))
	}
	return taking, left, nil
}

// errTogether says where the schedule is of no use.
var errTogether = errors.New("is for services that are asked over HTTP: --target " + targets.HTTP)

// stopService ends a service, if there is one.
func stopService(h *host.Host) {
	if h != nil {
		_ = h.Stop(context.Background()) // whatever it says was said by ended
	}
}

// ended ends a service after a run, and says why if it had ended before.
func ended(h *host.Host) error {
	if h == nil {
		return nil
	}
	return h.Stop(context.Background())
}

// conditions tell what made races likely in a run.
func (f *runFlags) conditions(h *host.Host) (all []string) {
	if f.serviceFlags.together != nil {
		sp := f.serviceFlags.together.Spread()
		all = append(all, fmt.Sprintf("together: the requests of all clients ended within %v of each other in the median of %s, "+
			"%v at most", sp.Median, plural(int(sp.Rounds), "round"), sp.Widest))
	}
	if f.service == nil {
		return all
	}
	if f.schedule == "perturb" || f.schedule == "lockstep" {
		all = append(all, f.schedule+": clients "+map[string]string{
			"perturb": "pause at random before their requests", "lockstep": "begin their requests together",
		}[f.schedule])
	}
	return slices.Concat(all, f.service.Crowds(), h.Conditions())
}
