package stdio

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/lostupdate/stress/service/words"
)

// Processes are a user's processes, which were started, and are to be ended with [Processes.Stop]. They serve one run after
// another.
type Processes struct {
	cfg        Config
	all        []*process
	operations []string // that they have; nil: those of the workload
	version    string
}

// Start starts the processes and greets them. If there is an error, nothing of them is left.
func Start(ctx context.Context, cfg Config) (*Processes, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	p := &Processes{cfg: cfg}
	for number := range cfg.Processes {
		started, err := start(ctx, cfg, number)
		if err == nil {
			p.all = append(p.all, started)
			err = p.greet(ctx, started)
		}
		if err != nil {
			return nil, errors.Join(err, p.Stop(context.WithoutCancel(ctx)))
		}
	}
	return p, nil
}

// greet says hello, and hears what a process is. It need not know the message.
func (p *Processes) greet(ctx context.Context, to *process) error {
	a, err := p.call(ctx, to, "hello", field{"protocol", 1})
	if err != nil || a == nil {
		return err
	}
	h, err := readHello(a)
	switch {
	case err != nil:
		return to.refuse(err)
	case to == p.all[0]:
		p.operations, p.version = h.operations, h.version
	case !slices.Equal(p.operations, h.operations):
		return fmt.Errorf("%s has other operations (%s) than process 0 (%s): all must have the same", to.name,
			strings.Join(h.operations, ", "), strings.Join(p.operations, ", "))
	}
	return nil
}

// hello is what a process says of itself.
type hello struct {
	operations []string
	version    string
}

func readHello(a *answer) (h hello, err error) {
	for _, name := range []string{"name", "version"} {
		if v, there := a.values[name]; there {
			if _, ok := v.(string); !ok {
				return h, a.wrong("has a %q that is no text", name)
			}
			h.version = strings.TrimSpace(h.version + " " + a.text(name))
		}
	}
	all, there := a.values["operations"]
	if !there {
		return h, nil
	}
	list, ok := all.([]any)
	if !ok || len(list) == 0 {
		return h, a.wrong(`has "operations" that are no list of names, such as ["deposit", "read"]`)
	}
	for _, v := range list {
		name, ok := v.(string)
		if !ok || !known(name) {
			return h, a.wrong("names the operation %v, which no workload has", v)
		}
		h.operations = append(h.operations, name)
	}
	return h, nil
}

func known(operation string) bool {
	return slices.ContainsFunc(words.All(), func(w words.Workload) bool {
		_, there := w.Operation(operation)
		return there
	})
}

// call sends a message that is no operation and gives the answer that it is done, or nil if the process does not know it.
func (p *Processes) call(ctx context.Context, to *process, kind string, fields ...field) (*answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, p.cfg.Patience, fmt.Errorf("nothing came within %v: it must answer each line "+
		"of its input by a line on stdout, and flush that", p.cfg.Patience))
	defer cancel()
	a, err := to.ask(ctx, kind, fields)
	switch {
	case err != nil && to.failure() != nil:
		return nil, to.failure() // as a whole
	case err != nil:
		return nil, fmt.Errorf("%s: %w", kind, err)
	case a.kind == kind+"_ok":
		return a, nil
	case a.kind != "error":
		return nil, to.refuse(a.wrong("answers %s, but is neither %s_ok nor error", kind, kind))
	}
	code, err := a.code()
	switch {
	case err != nil:
		return nil, to.refuse(err)
	case code == notSupported && kind != "init":
		return nil, nil
	}
	return nil, fmt.Errorf("%s answers %s by %w", to.name, kind, a.failure(code))
}

// Missing says what a workload needs that the processes have not, or gives "".
func (p *Processes) Missing(w words.Workload) string {
	has := func(name string) bool { return p.operations == nil || slices.Contains(p.operations, name) }
	for _, o := range w.Operations {
		if o.Required && !has(o.Name) {
			return o.Name
		}
	}
	if len(w.OneOf) > 0 && !slices.ContainsFunc(w.OneOf, has) {
		return "one of " + strings.Join(w.OneOf, ", ")
	}
	return ""
}

// Operations are those of a workload that the processes have.
func (p *Processes) Operations(w words.Workload) []string {
	return slices.DeleteFunc(w.Names(), func(name string) bool {
		return p.operations != nil && !slices.Contains(p.operations, name)
	})
}

// Version is what the processes call themselves, or "".
func (p *Processes) Version() string { return p.version }

// Err says why there can be no run any more: what a process wrote that the protocol does not have, or how it ended, with the
// last lines of its stderr. It is nil as long as all can be asked, and after they were stopped in order.
func (p *Processes) Err() error {
	for _, one := range p.all {
		if err := one.failure(); err != nil {
			return err
		}
	}
	return nil
}

// Context gives a context for a run, which ends when ctx does, or when [Processes.Err] says why. Cancel must be called.
func (p *Processes) Context(ctx context.Context) (run context.Context, cancel context.CancelFunc) {
	run, end := context.WithCancelCause(ctx)
	var watchers sync.WaitGroup
	for _, one := range p.all {
		watchers.Go(func() {
			select {
			case <-one.over:
				end(one.why)
			case <-run.Done():
			}
		})
	}
	return run, func() {
		end(nil)
		watchers.Wait()
	}
}

// Stop closes the processes' input, upon which they should end, and ends those that do not. It gives an error where a process
// could not be ended, or ended otherwise than in order and [Processes.Err] has not told. Where ctx ends before, it may be called
// again.
func (p *Processes) Stop(ctx context.Context) error {
	errs := make([]error, len(p.all))
	var all sync.WaitGroup
	for i, one := range p.all {
		all.Go(func() { errs[i] = one.stop(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}
