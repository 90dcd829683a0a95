package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/service/stdio"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/targets"
)

// processFlags are what is said of a process that is tested by its stdin and stdout.
type processFlags struct {
	processes int
}

func (f *processFlags) flags(s *pflag.FlagSet) {
	s.IntVar(&f.processes, "processes", 1, "how many processes are started, for --target "+targets.Process)
}

// plainName is what a user's own strategy may be called, since files are named by it.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// entry checks what is said of a process, and gives what is known of the entry before it runs. Otherwise it refuses flags that
// would be ignored.
func (f *processFlags) entry(s *pflag.FlagSet, run *runFlags) (e targets.Entry, is bool, err error) {
	if run.target != targets.Process {
		return e, false, refuse(s, []rule{{"processes", s.Changed("processes"), "is for --target " + targets.Process}})
	}
	if run.start == "" {
		return e, true, usagef("--target %s needs --start, the command that starts it, such as --start \"node wallet.js\"",
			targets.Process)
	}
	if run.strategy == "" {
		run.strategy = targets.AsIs
	}
	e = targets.Entry{Engine: targets.Engine{Name: targets.Process, Title: "Process", Embedded: true}}
	return e, true, errors.Join(oneOf("--workload", run.workload, words.Names()), refuse(s, []rule{
		{"processes", f.processes < 1 || f.processes > stdio.MostProcesses, fmt.Sprintf("must be 1 to %d", stdio.MostProcesses)},
		{"spec", s.Changed("spec"), "is for --target " + targets.HTTP},
		{"strategy", !plainName.MatchString(run.strategy), "must be a name of letters, digits, dots and hyphens"},
	}))
}

// process runs an entry of processes, which are started before and ended after.
func (f *runFlags) process(ctx context.Context, files *files, o targets.Options) (*report.Report, error) {
	cfg := stdio.Config{Command: f.start, Processes: f.processes, Log: files.log()}
	e, stop, err := startProcess(ctx, cfg, f.workload, f.strategy)
	if err != nil {
		return nil, err
	}
	r, err := e.Run(ctx, o)
	return r, errors.Join(err, stop(ctx))
}

// ending is how long processes that are stopped may take in all.
const ending = 30 * time.Second

// startProcess starts processes, and gives the entry to run and what ends them.
func startProcess(ctx context.Context, cfg stdio.Config, workload, strategy string) (
	e targets.Entry, stop func(context.Context) error, err error,
) {
	p, err := stdio.Start(ctx, cfg)
	if err != nil {
		return e, nil, fmt.Errorf("starting the process: %w", err)
	}
	stop = func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ending)
		defer cancel()
		return p.Stop(ctx)
	}
	if e, err = targets.Processes(p, workload, strategy); err != nil {
		return e, nil, errors.Join(usageError{err}, stop(ctx))
	}
	return e, stop, nil
}
