package stdio

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/words"
)

// Target is a user's processes. It implements harness.Target.
type Target[I, O any] struct {
	processes *Processes
	workload  words.Workload
	params    map[string]any
	bridge    bridge.Bridge[I, O]
	names     *words.Identities
	ready     []*process // that were told to begin the run
}

// New makes a target of processes that run. The parameters are those of the workload; the processes are told keys and the
// workload's constants. A run of it should have [Processes.Context], so that it ends when a process does.
func New[I, O any](p *Processes, w words.Workload, params map[string]any, told bridge.Bridge[I, O]) *Target[I, O] {
	t := &Target[I, O]{processes: p, workload: w, params: map[string]any{}, bridge: told, names: words.NewIdentities()}
	for name, v := range params {
		if name == "keys" || slices.Contains(w.Constants, name) {
			t.params[name] = v
		}
	}
	return t
}

// Label names an operation as reports do: by the message that asks for it.
func Label(operation string) string { return `message "` + operation + `"` }

// Setup has the processes begin a run: the first, which makes the state, and then the others.
func (t *Target[I, O]) Setup(ctx context.Context) error {
	if err := t.processes.Err(); err != nil {
		return err
	}
	run := strings.ToLower(rand.Text()[:12])
	begin := func(ctx context.Context, number int) error {
		_, err := t.processes.call(ctx, t.processes.all[number], "init", field{"run", run}, field{"workload", t.workload.Name},
			field{"params", t.params}, field{"process", number}, field{"processes", len(t.processes.all)})
		return err
	}
	if err := begin(ctx, 0); err != nil {
		return err
	}
	t.ready = t.processes.all[:1]
	var g errgroup.Group
	for number := 1; number < len(t.processes.all); number++ {
		g.Go(func() error { return begin(ctx, number) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	t.ready = t.processes.all
	return nil
}

// Open gives a client of one of the processes. There is nothing to connect.
func (t *Target[I, O]) Open(_ context.Context, number int) (harness.Client[I, O], error) {
	return &client[I, O]{target: t, process: t.processes.all[number%len(t.processes.all)], number: number}, nil
}

// Close has the processes end the run, the first at last. It gives the error of a process that can't be asked any more.
func (t *Target[I, O]) Close(ctx context.Context) error {
	var errs []error
	for _, p := range slices.Backward(t.ready) {
		_, err := t.processes.call(ctx, p, "close")
		errs = append(errs, err)
	}
	t.ready = nil
	return errors.Join(errs...)
}

// Version is what the processes call themselves.
func (t *Target[I, O]) Version() string { return t.processes.Version() }
