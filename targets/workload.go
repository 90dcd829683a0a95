package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/stdio"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/custom"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/unique"
	"github.com/lostupdate/stress/workloads/wallet"
)

// Params are what all workloads can be made with.
type Params struct {
	Keys    int     // number of objects; 0: the workload's own
	Hot     float64 // share of operations on object 0
	Skew    float64 // Zipf exponent, above 1; 0: even
	Initial int64   // wallet: what each holds at the start; 0: the workload's own
	Limit   int64   // quota: what each has to give; 0: the workload's own
	Doctors int     // doctors: how many a shift has; 0: the workload's own
	// Extras are what a description of a service adds.
	Extras served.Extras
	// Custom is the data type of the workload custom.
	Custom *custom.Type
	// TwoDeducts replaces the workload by the scenario of the wallet of 1,000, 300 and 500.
	TwoDeducts bool
}

func (p Params) keys() workloads.Keys { return workloads.Keys{N: p.Keys, Hot: p.Hot, Skew: p.Skew} }

// binding is a workload with its types erased.
type binding struct {
	name string
	// entries are those of one engine, as it has strategies for the workload.
	entries func(e Engine) []Entry
	// service completes an entry by what a run of it on a service does.
	service func(e *Entry, s *spec.Service, st spec.Named)
	// process completes an entry by what a run of it on a user's processes does.
	process func(e *Entry, p *stdio.Processes, w words.Workload)
	check   func(ctx context.Context, r *file.Reader, p Params) (*report.Report, error)
	// stream checks while it reads; only the last look is bounded by the timeout.
	stream func(ctx context.Context, r *file.Reader, p Params, timeout time.Duration) (*report.Report, error)
	// rewrite reads a history, and gives what writes it in this program's own format.
	rewrite func(r *file.Reader) (func(io.Writer) error, error)
	// These are nil where Jepsen has no such data type.
	toJepsen   func(r *file.Reader) (*jepsen.History, error)
	fromJepsen func(ctx context.Context, h *jepsen.History, p Params) (*report.Report, error)
	// writeJepsen gives what writes a history in this program's own format.
	writeJepsen  func(h *jepsen.History) (func(io.Writer) error, error)
	streamJepsen func(ctx context.Context, s *jepsen.Stream, p Params, timeout time.Duration) (*report.Report, error)
}

// bind joins a workload with the strategies that engines have for it, by the store that these work on, with the target
// that such a store makes for it, and with Jepsen's words for it, if there are any.
func bind[S, I, O any, W harness.Workload[I, O]](
	name string, strategies func(Engine) []strategy.Of[S], build func(Params) (W, error),
	target func(S, W) harness.Target[I, O], words *vocabulary[I, O],
) binding {
	b := binding{
		name: name,
		entries: func(e Engine) []Entry {
			var all []Entry
			for _, s := range strategies(e) {
				if s.Serves(name) {
					entry := Entry{
						Engine: e, Workload: name, Strategy: s.Name, Summary: s.Summary, Anomaly: s.Shows[name],
						Scenario: name == wallet.Name, refuses: s.Refuses, ops: s.Ops,
					}
					bindRun(&entry, build, func(o Options, w W) harness.Target[I, O] { return target(s.New(o.DSN, o.Seed), w) })
					all = append(all, entry)
				}
			}
			return repaired(all)
		},
		service: func(e *Entry, s *spec.Service, st spec.Named) {
			bindService(e, s, st, build, overHTTP(bridge.JSON[I, O]()))
		},
		process: onProcess(build, byMessages[I, O]),
		check: func(ctx context.Context, r *file.Reader, p Params) (*report.Report, error) {
			// The workload first: reading the operations may take long.
			w, err := extended[I, O](build, p)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrWorkload, err)
			}
			h, err := file.ReadAll[I, O](r)
			if err != nil {
				return nil, err
			}
			return checked(ctx, w, h), nil
		},
		stream: func(ctx context.Context, r *file.Reader, p Params, timeout time.Duration) (*report.Report, error) {
			w, err := streamable[I, O](build, p)
			if err != nil {
				return nil, err
			}
			return follow(ctx, r, w, timeout)
		},
		rewrite: func(r *file.Reader) (func(io.Writer) error, error) {
			h, err := file.ReadAll[I, O](r)
			return func(out io.Writer) error { return writeOwn(out, h) }, err
		},
	}
	if words != nil {
		bindJepsen(&b, build, words)
	}
	return b
}

// extended builds a workload with what a description of a service adds.
func extended[I, O any, W harness.Workload[I, O]](build func(Params) (W, error), p Params) (harness.Workload[I, O], error) {
	w, err := build(p)
	if err != nil {
		return nil, err
	}
	return served.Workload(w, p.Extras)
}

// streamable is [extended] for a history that is checked in pieces, which its invariants can't be.
func streamable[I, O any, W harness.Workload[I, O]](build func(Params) (W, error), p Params) (harness.Workload[I, O], error) {
	if len(p.Extras.Invariants) > 0 {
		return nil, fmt.Errorf("%w: its invariants are about the whole", ErrStream)
	}
	w, err := extended[I, O](build, p)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWorkload, err)
	}
	return w, nil
}

// bindRun completes an entry by what a run and a test of it do.
func bindRun[I, O any, W harness.Workload[I, O]](
	e *Entry, build func(Params) (W, error), target func(Options, W) harness.Target[I, O],
) {
	e.run = func(ctx context.Context, o Options, opts []harness.Option) (*report.Report, error) {
		w, err := build(o.Params)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", harness.ErrOption, err)
		}
		r, err := harness.Run(ctx, target(o, w), w, opts...)
		if r == nil {
			return nil, err
		}
		out := harness.Report(w, r)
		if o.Detect && r.Verdict.Status == checkers.Invalid {
			limited, cancel := context.WithTimeout(ctx, harness.DefaultCheckTimeout)
			defer cancel()
			out.Detected = harness.Detected(limited, w, r.History)
		}
		return out, err
	}
	e.test = func(tb harness.TB, o Options, opts []harness.Option) {
		tb.Helper()
		harness.TestEach(tb, func(context.Context) (harness.Target[I, O], harness.Workload[I, O], error) {
			w, err := build(o.Params)
			if err != nil {
				return nil, nil, fmt.Errorf("%w: %w", harness.ErrOption, err)
			}
			return target(o, w), w, nil
		}, opts...)
	}
}

// bindJepsen completes a binding by what Jepsen's words make possible.
func bindJepsen[I, O any, W harness.Workload[I, O]](b *binding, build func(Params) (W, error), words *vocabulary[I, O]) {
	b.toJepsen = words.read
	b.fromJepsen = func(ctx context.Context, h *jepsen.History, p Params) (*report.Report, error) {
		w, err := extended[I, O](build, p)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrWorkload, err)
		}
		own, err := words.own(h)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrWorkload, err)
		}
		return checked(ctx, w, own), nil
	}
	b.writeJepsen = func(h *jepsen.History) (func(io.Writer) error, error) {
		own, err := words.own(h)
		return func(out io.Writer) error { return writeOwn(out, own) }, err
	}
	b.streamJepsen = func(
		ctx context.Context, s *jepsen.Stream, p Params, timeout time.Duration,
	) (*report.Report, error) {
		w, err := streamable[I, O](build, p)
		if err != nil {
			return nil, err
		}
		return followJepsen(ctx, s, w, words, timeout)
	}
}

func bindings() []binding {
	onCells := func(e Engine) []cells.Strategy { return e.cells }
	onKeys := func(e Engine) []keys.Strategy { return e.keys }
	return []binding{
		bind(counter.Name, onCells, func(p Params) (*counter.Workload, error) {
			return counter.New(counter.Config{Keys: p.keys(), Reads: -1})
		}, func(s cells.Store, w *counter.Workload) harness.Target[counter.Input, counter.Output] {
			return cells.Counter(s, len(w.Final()))
		}, counterWords()),
		bind(register.Name, onCells, func(p Params) (*register.Workload, error) {
			return register.New(register.Config{Keys: p.keys(), Reads: -1, Writes: -1})
		}, func(s cells.Store, w *register.Workload) harness.Target[register.Input, register.Output] {
			return cells.Register(s, len(w.Final()))
		}, registerWords()),
		bind(wallet.Name, onCells, newWallet, func(s cells.Store, w *wallet.Workload) harness.Target[wallet.Input, wallet.Output] {
			return cells.Wallet(s, w.Initial())
		}, nil),
		reportBinding(),
		bind(unique.Name, onKeys, newUnique, func(s keys.Store, w *unique.Workload) harness.Target[unique.Input, unique.Output] {
			return keys.Unique(s, w.Keys())
		}, nil),
		quotaBinding(),
		doctorsBinding(),
		jobsBinding(),
		lockBinding(),
		outboxBinding(),
		cacheBinding(),
		sessionBinding(),
	}
}

func newWallet(p Params) (*wallet.Workload, error) {
	if p.TwoDeducts {
		return wallet.TwoDeducts(), nil
	}
	return wallet.New(wallet.Config{Keys: p.keys(), Initial: p.Initial})
}

func newUnique(p Params) (*unique.Workload, error) {
	if p.Hot != 0 || p.Skew != 0 {
		return nil, errors.New("unique: hot and skew must be 0: clients go through the keys one after the other")
	}
	return unique.New(unique.Config{Keys: p.Keys})
}
