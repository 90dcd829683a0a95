package targets

import (
	"context"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/service/spec"
)

// Entry is one engine with one strategy and one workload, its types erased.
type Entry struct {
	Engine   Engine
	Workload string
	Strategy string
	Summary  string
	Anomaly  string   // what it must show, or "" if it is correct
	Repair   []string // the engine's strategies that are correct for the workload, and try again on conflicts

	// Scenario says that the scenario of the two deducts can be run; see [Params].
	Scenario bool
	// Needs are variables of the environment without which a service does not have the strategy.
	Needs []string

	refuses bool                      // it gives up on conflicts
	timeout time.Duration             // of operations; 0: as usual
	valid   func(*spec.Service) error // of a service: whether its workload can be made, as a description has it
	ops     int                       // see [strategy.Of]
	run     func(context.Context, Options, []harness.Option) (*report.Report, error)
	test    func(harness.TB, Options, []harness.Option)
}

// DefaultOps is how many operations show the anomaly of most broken strategies in every run.
const DefaultOps = 400

// Ops is how many operations a run of the entry should have: enough that a broken one shows its anomaly every time. Of a
// service, it is what its description says.
func (e Entry) Ops() int {
	if e.Engine.Name == HTTP && e.ops > 0 {
		return e.ops
	}
	return max(DefaultOps, e.ops)
}

// Missing is a variable of the environment that the entry needs and that is not set, or "".
func (e Entry) Missing(getenv func(string) string) string {
	for _, name := range e.Needs {
		if getenv(name) == "" {
			return name
		}
	}
	return ""
}

// Correct reports whether the entry must show no anomaly.
func (e Entry) Correct() bool { return e.Anomaly == "" }

// Options say how an entry is run.
type Options struct {
	DSN     string
	Seed    uint64
	Params  Params
	Harness []harness.Option // besides the seed, and the facts that the entry knows itself
	Tool    string           // the program and its version, for the history's head
	Args    map[string]string
	Service Serving // of an entry that is a service's
	// Detect asks after how many operations a violation was proved, which takes some more checks.
	Detect bool
}

// Run runs the entry. For its errors see [harness.Run]; a workload's bad parameter is a harness.ErrOption.
func (e Entry) Run(ctx context.Context, o Options) (*report.Report, error) {
	opts := append([]harness.Option{
		harness.Seed(o.Seed),
		harness.WithFacts(harness.Facts{Tool: o.Tool, Target: e.Engine.Name, Strategy: e.Strategy, Args: o.Args}),
	}, o.Harness...)
	if e.timeout > 0 {
		opts = append([]harness.Option{harness.Timeout(e.timeout)}, opts...)
	}
	out, err := e.run(ctx, o, opts)
	if out != nil {
		repair(out, e.Repair)
	}
	return out, err
}

// Test is [harness.Test] of the entry: a broken one fails, with the smallest run that does. A seed of 0 is drawn, and a
// service whose description does not say how many operations there are has as many as any test.
func (e Entry) Test(tb harness.TB, o Options) {
	tb.Helper()
	ops := e.ops
	if e.Engine.Name != HTTP {
		ops = e.Ops()
	}
	opts := []harness.Option{
		harness.UsualOps(ops),
		harness.WithFacts(harness.Facts{Tool: o.Tool, Target: tb.Name(), Strategy: e.Strategy, Args: o.Args}),
	}
	if o.Seed != 0 {
		opts = append(opts, harness.Seed(o.Seed))
	}
	if e.timeout > 0 {
		opts = append(opts, harness.Timeout(e.timeout))
	}
	o.Params.Extras.Repair = others(e.Repair, e.Strategy)
	e.test(tb, o, append(opts, o.Harness...))
}

// Catalogue gives all entries: by engine, then by workload, then by strategy, broken ones first.
func Catalogue() []Entry {
	var all []Entry
	for _, e := range Engines() {
		for _, b := range bindings() {
			all = append(all, b.entries(e)...)
		}
	}
	return all
}

// repaired tells the entries of one engine and workload which of them repair the broken ones.
func repaired(all []Entry) []Entry {
	var names []string
	for _, e := range all {
		if e.Correct() && !e.refuses {
			names = append(names, e.Strategy)
		}
	}
	for i := range all {
		all[i].Repair = names
	}
	return all
}

// Workloads are the names of all workloads.
func Workloads() []string {
	var names []string
	for _, b := range bindings() {
		names = append(names, b.name)
	}
	return names
}
