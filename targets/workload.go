package targets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/wallet"
)

// Params are what all workloads can be made with.
type Params struct {
	Keys    int     // number of objects; 0: the workload's own
	Hot     float64 // share of operations on object 0
	Skew    float64 // Zipf exponent, above 1; 0: even
	Initial int64   // wallet: what each holds at the start; 0: the workload's own
	// TwoDeducts replaces the workload by the scenario of the wallet of 1,000, 300 and 500.
	TwoDeducts bool
}

func (p Params) keys() workloads.Keys { return workloads.Keys{N: p.Keys, Hot: p.Hot, Skew: p.Skew} }

// binding is a workload with its types erased.
type binding struct {
	name  string
	run   func(context.Context, cells.Store, Params, []harness.Option) (*report.Report, error)
	check func(ctx context.Context, r *file.Reader, p Params) (*report.Report, error)
}

// bind joins a workload with the target that cells make for it.
func bind[I, O any, W harness.Workload[I, O]](
	name string, build func(Params) (W, error), target func(cells.Store, W) harness.Target[I, O],
) binding {
	return binding{
		name: name,
		run: func(ctx context.Context, s cells.Store, p Params, opts []harness.Option) (*report.Report, error) {
			w, err := build(p)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", harness.ErrOption, err)
			}
			r, err := harness.Run(ctx, target(s, w), w, opts...)
			if r == nil {
				return nil, err
			}
			return report.Of(w, r), err
		},
		check: func(ctx context.Context, r *file.Reader, p Params) (*report.Report, error) {
			w, err := build(p)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrWorkload, err)
			}
			h, err := file.ReadAll[I, O](r)
			if err != nil {
				return nil, err
			}
			return checked(ctx, w, h), nil
		},
	}
}

func bindings() []binding {
	return []binding{
		bind(counter.Name, func(p Params) (*counter.Workload, error) {
			return counter.New(counter.Config{Keys: p.keys(), Reads: -1})
		}, func(s cells.Store, w *counter.Workload) harness.Target[counter.Input, counter.Output] {
			return cells.Counter(s, len(w.Final()))
		}),
		bind(register.Name, func(p Params) (*register.Workload, error) {
			return register.New(register.Config{Keys: p.keys(), Reads: -1, Writes: -1})
		}, func(s cells.Store, w *register.Workload) harness.Target[register.Input, register.Output] {
			return cells.Register(s, len(w.Final()))
		}),
		bind(wallet.Name, newWallet, func(s cells.Store, w *wallet.Workload) harness.Target[wallet.Input, wallet.Output] {
			return cells.Wallet(s, w.Initial())
		}),
	}
}

func newWallet(p Params) (*wallet.Workload, error) {
	if p.TwoDeducts {
		return wallet.TwoDeducts(), nil
	}
	return wallet.New(wallet.Config{Keys: p.keys(), Initial: p.Initial})
}

// ErrWorkload means that a history is of a workload that is not built in, or whose parameters can't be used.
var ErrWorkload = errors.New("the history's workload can't be checked here")

// Check gives the verdict on a recorded history again.
func Check(ctx context.Context, path string) (out *report.Report, err error) {
	r, err := file.Open(path) // once, so that it may be a pipe
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written
	info := r.Info()
	for _, b := range bindings() {
		if b.name != info.Workload {
			continue
		}
		p, err := params(info)
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %w", path, ErrWorkload, err)
		}
		out, err := b.check(ctx, r, p)
		if errors.Is(err, ErrWorkload) {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err != nil {
			return nil, err // it names the file
		}
		repairFrom(out, info)
		return out, nil
	}
	return nil, fmt.Errorf("%s: %w: %q is none of %s; use the program that defines it",
		path, ErrWorkload, info.Workload, strings.Join(Workloads(), ", "))
}

// params reads back what Info wrote.
func params(info history.Info) (Params, error) {
	var p Params
	for name, set := range map[string]func(int64){
		"keys":    func(n int64) { p.Keys = int(n) },
		"initial": func(n int64) { p.Initial = n },
	} {
		value, there := info.Params[name]
		if !there {
			continue
		}
		n, ok := value.(float64) // as JSON has it
		if !ok || n < 1 || n > math.MaxInt32 || n != math.Trunc(n) {
			return p, fmt.Errorf("the head's parameter %s is %v, not a whole number above 0", name, value)
		}
		set(int64(n))
	}
	return p, nil
}

func checked[I, O any](ctx context.Context, w harness.Workload[I, O], h *history.History[I, O]) *report.Report {
	v, stats := harness.Judge(ctx, w, h)
	return report.Of(w, &harness.Result[I, O]{History: h, Verdict: v, Stats: stats})
}
