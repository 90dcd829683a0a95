package targets

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets/cells"
)

// Entry is one engine with one strategy and one workload, its types erased.
type Entry struct {
	Engine   Engine
	Workload string
	Strategy string
	Summary  string
	Anomaly  string   // what it must show, or "" if it is correct
	Repair   []string // the engine's strategies that are correct for the workload, and try again on conflicts

	strategy cells.Strategy
	binding  binding
}

// DefaultOps is how many operations show the anomaly of most broken strategies in every run.
const DefaultOps = 400

// Ops is how many operations a run of the entry should have: enough that a broken one shows its anomaly every time.
func (e Entry) Ops() int { return max(DefaultOps, e.strategy.Ops) }

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
}

// Run runs the entry. For its errors see [harness.Run]; a workload's bad parameter is a harness.ErrOption.
func (e Entry) Run(ctx context.Context, o Options) (*report.Report, error) {
	opts := append([]harness.Option{
		harness.Seed(o.Seed),
		harness.WithFacts(harness.Facts{Tool: o.Tool, Target: e.Engine.Name, Strategy: e.Strategy, Args: o.Args}),
	}, o.Harness...)
	out, err := e.binding.run(ctx, e.strategy.New(o.DSN, o.Seed), o.Params, opts)
	if out != nil {
		repair(out, e.Repair)
	}
	return out, err
}

// Test is [harness.Test] of the entry: a broken one fails, with the smallest run that does.
func (e Entry) Test(tb harness.TB, o Options) {
	tb.Helper()
	opts := append([]harness.Option{harness.Seed(o.Seed), harness.Ops(e.Ops())}, o.Harness...)
	e.binding.test(tb, func() cells.Store { return e.strategy.New(o.DSN, o.Seed) }, o.Params, opts)
}

// Catalogue gives all entries: by engine, then by workload, then by strategy, broken ones first.
func Catalogue() []Entry {
	var all []Entry
	for _, e := range Engines() {
		for _, b := range bindings() {
			all = append(all, entries(e, b)...)
		}
	}
	return all
}

func entries(e Engine, b binding) []Entry {
	var all []Entry
	for _, s := range e.Strategies {
		if s.Serves(b.name) {
			all = append(all, Entry{
				Engine: e, Workload: b.name, Strategy: s.Name, Summary: s.Summary, Anomaly: s.Shows[b.name],
				Repair: repairs(e, b.name), strategy: s, binding: b,
			})
		}
	}
	return all
}

func repairs(e Engine, workload string) []string {
	var names []string
	for _, s := range e.Strategies {
		if s.Shows[workload] == "" && s.Serves(workload) && !s.Refuses {
			names = append(names, s.Name)
		}
	}
	return names
}

// Workloads are the names of all workloads.
func Workloads() []string {
	var names []string
	for _, b := range bindings() {
		names = append(names, b.name)
	}
	return names
}
