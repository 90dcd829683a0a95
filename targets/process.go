package targets

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/service/stdio"
	"github.com/lostupdate/stress/service/words"
)

// Process is the name of the engine that is a user's own process.
const Process = "process"

// AsIs is the strategy of a user's process of which nobody has said how it updates.
const AsIs = "as-is"

// Processes gives the entry of processes that run, for a workload. Strategy is what reports call the way in which the
// processes update; "" is [AsIs]. The entry's runs end when one of the processes does.
func Processes(p *stdio.Processes, workload, strategy string) (Entry, error) {
	w, ok := words.Of(workload)
	if !ok {
		return Entry{}, fmt.Errorf("a process can't be asked for the workload %s, but for %s", workload,
			strings.Join(words.Names(), ", "))
	}
	if missing := p.Missing(w); missing != "" {
		return Entry{}, fmt.Errorf("the process has no operation %s, without which the workload %s can't be run: let it answer that, "+
			"and name it in hello_ok", missing, workload)
	}
	e := Entry{
		Engine:   Engine{Name: Process, Title: "Process", Embedded: true},
		Workload: workload, Strategy: cmp.Or(strategy, AsIs), Summary: "what the process does",
	}
	all := bindings()
	i := slices.IndexFunc(all, func(b binding) bool { return b.name == workload })
	all[i].process(&e, p, w)
	return e, nil
}

// asking is how processes are asked for a workload.
type asking struct {
	processes *stdio.Processes
	words     words.Workload
	params    map[string]any
}

// byMessages makes the target of a workload whose operations are a message each.
func byMessages[I, O any](a asking, _ Options) harness.Target[I, O] {
	return stdio.New(a.processes, a.words, a.params, bridge.JSON[I, O]())
}

// onProcess gives what completes an entry by what a run and a test of processes do.
func onProcess[I, O any, W harness.Workload[I, O]](
	build func(Params) (W, error), target func(asking, Options) harness.Target[I, O],
) func(*Entry, *stdio.Processes, words.Workload) {
	return func(e *Entry, p *stdio.Processes, w words.Workload) {
		requests := served.Requests{}
		for _, name := range p.Operations(w) {
			requests[name] = stdio.Label(name)
		}
		bindRun(e, func(params Params) (harness.Workload[I, O], error) {
			params.Extras.Requests = requests
			return extended[I, O](build, params)
		}, func(o Options, own harness.Workload[I, O]) harness.Target[I, O] {
			_, params := own.Info()
			return target(asking{p, w, params}, o)
		})
		run := e.run
		e.run = func(ctx context.Context, o Options, opts []harness.Option) (*report.Report, error) {
			ctx, cancel := p.Context(ctx)
			defer cancel()
			return run(ctx, o, opts)
		}
	}
}
