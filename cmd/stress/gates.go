package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/gate"
	"github.com/lostupdate/stress/targets"
)

// gateHelp tells what can be asked of a run beside its verdict.
const gateHelp = `--fail-if takes a metric, a comparison and a value, as in "p99 > 50ms". Metrics are mean, p50, p90, p99,
p99.9 and max of all operations that were OK, or of one kind of them, as in deduct.p99; throughput, in such
operations a second; the shares ok-rate, failed-rate, unknown-rate, retry-rate, contention and lost (of
acknowledged updates); the counts ops and retries; elapsed. A figure that was not measured fails too.
--expect names the anomalies that must be found, and no others may be; one with a ? behind it may be.

`

// gateError says that a gate did not hold; everything has been said by then.
type gateError struct{}

func (gateError) Error() string { return "a --fail-if or --expect did not hold" }

// gateFlags are what is asked of a run beside its verdict.
type gateFlags struct {
	failIf, expect []string
	thresholds     []*gate.Threshold
	gates          []gate.Gate
}

func (f *gateFlags) flags(s *pflag.FlagSet) {
	s.StringArrayVar(&f.failIf, "fail-if", nil, `fail if a figure is so, e.g. "p99 > 50ms"; may be given again`)
	s.StringArrayVar(&f.expect, "expect", nil, "anomalies that must be found, and no others, e.g. lost-update")
}

// parse reads the flags; what is wrong with them names the flag and the place in it.
func (f *gateFlags) parse() error {
	for _, text := range f.failIf {
		t, err := gate.ParseFailIf(text)
		if err != nil {
			return usagef("--fail-if %w", err)
		}
		f.thresholds = append(f.thresholds, t)
		f.gates = append(f.gates, t)
	}
	if len(f.expect) > 0 {
		e, err := gate.ParseExpect(strings.Join(f.expect, ","))
		if err != nil {
			return usagef("--expect %w", err)
		}
		f.gates = append(f.gates, e)
	}
	return nil
}

// kinds holds that the kinds of operation that thresholds name are among those that there are.
func (f *gateFlags) kinds(known []string) error {
	for _, t := range f.thresholds {
		if err := t.CheckKind(known); err != nil {
			return usagef("--fail-if %w", err)
		}
	}
	return nil
}

// kindsOf are the kinds of operation of a recorded history: those of its workload, or, of others' histories, those that are
// in it.
func kindsOf(r *report.Report) []string {
	if known := targets.Kinds(r.Info.Workload); known != nil {
		return known
	}
	var kinds []string
	for _, k := range r.Stats.Kinds {
		kinds = append(kinds, k.Kind)
	}
	return kinds
}

// conclude turns what a run has come to into the error that carries it to the exit, or none.
func conclude(r *report.Report) error {
	switch c := r.Conclusion(); c {
	case report.Passed:
		return nil
	case report.Unproved:
		return verdictError(checkers.Undecided)
	case report.GateBroken:
		return gateError{}
	case report.Anomalous:
		return verdictError(checkers.Invalid)
	default:
		return fmt.Errorf("a run came to %d, which is nothing known; please report it", c)
	}
}
