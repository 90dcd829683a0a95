// Package served makes of a workload one for a service, which may not have all of its operations, and whose anomalies are told
// with the requests that led to them.
package served

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/workloads/rules"
)

// Requests are what a service is asked with, by kind of operation, such as POST /wallets/{wallet}/deduct.
type Requests map[string]string

// Extras are what a description of a service adds to a workload.
type Extras struct {
	Requests   Requests
	Invariants []rules.Rule // besides what the workload checks itself
	Repair     []string     // strategies that do not show what this one does, if they are told of with its anomalies
}

// Workload makes the workload; without extras it is the same. An error is about the invariants.
func Workload[I, O any](w harness.Workload[I, O], x Extras) (harness.Workload[I, O], error) {
	if len(x.Requests) == 0 {
		return w, nil
	}
	s := workload[I, O]{Workload: w, Extras: x}
	s.kinds()
	if len(x.Invariants) > 0 {
		var err error
		if s.rules, err = rules.Compile(x.Invariants, s.vocabulary()); err != nil {
			return nil, err
		}
	}
	if own, ok := w.(harness.Streamer[I, O]); ok {
		return streamed[I, O]{s, own}, nil
	}
	return s, nil
}

type workload[I, O any] struct {
	harness.Workload[I, O]
	Extras
	words words.Workload
	asks  map[string][]string // the operations that a client asks for, by kind of operation
	rules *rules.Set          // nil if there are none
}

type streamed[I, O any] struct {
	workload[I, O]
	own harness.Streamer[I, O]
}

// Info adds the requests to the parameters, so that a recorded history tells them as well.
func (w workload[I, O]) Info() (string, map[string]any) {
	name, params := w.Workload.Info()
	params = maps.Clone(params)
	w.describe(params)
	return name, params
}

// kinds finds the kinds of operation that clients of the service can make, and what they ask for.
func (w *workload[I, O]) kinds() {
	has := func(operation string) bool { _, there := w.Requests[operation]; return there }
	name, _ := w.Workload.Info()
	w.asks = map[string][]string{}
	var known bool
	if w.words, known = words.Of(name); !known { // a type of the service's own
		for kind := range w.Requests {
			w.asks[kind] = []string{kind}
		}
		return
	}
	for _, kind := range w.words.Kinds(has) {
		w.asks[kind] = slices.DeleteFunc([]string{kind}, func(name string) bool { return !has(name) })
	}
	for _, c := range w.words.Composed {
		if _, made := w.asks[c.Name]; made {
			w.asks[c.Name] = c.Of
		}
	}
}

// has reports whether a client of the service can make an operation.
func (w workload[I, O]) has(in I) bool {
	_, there := w.asks[w.Class(in).Kind]
	return there
}

// Generator draws until there is an operation that a client of the service can make.
func (w workload[I, O]) Generator(client int) harness.Generator[I, O] {
	next := w.Workload.Generator(client)
	return func(r *rand.Rand, prev *history.Op[I, O]) I {
		for {
			if in := next(r, prev); w.has(in) {
				return in
			}
		}
	}
}

// Final leaves out the reads that the service does not have.
func (w workload[I, O]) Final() []I {
	return slices.DeleteFunc(w.Workload.Final(), func(in I) bool { return !w.has(in) })
}

// Object names an object of the workload.
func (w workload[I, O]) Object(key uint64) string {
	if n, ok := w.Workload.(harness.ObjectNamer); ok {
		return n.Object(key)
	}
	return fmt.Sprintf("object %d", key)
}

// Check tells of each anomaly through which requests it came about, and what does not show it.
func (w workload[I, O]) Check(ctx context.Context, h *history.History[I, O]) checkers.Verdict {
	v := w.check(ctx, h)
	for i := range v.Anomalies {
		v.Anomalies[i].Through = w.through(h, v.Anomalies[i].Ops)
		if w.Repair != nil {
			v.Anomalies[i].Repair = w.Repair
		}
	}
	return v
}

// through are the requests of some operations that change something, or, where there are none among them, all that were made: one
// of those led to what was read. What waits for others to be done changes nothing by itself.
func (w workload[I, O]) through(h *history.History[I, O], ops []int) []string {
	made := requests{}
	for _, i := range ops {
		if !w.waits(h.Ops[i].Input) {
			w.note(made, h.Ops[i].Input)
		}
	}
	if len(made) == 0 {
		for i := range h.Ops {
			w.note(made, h.Ops[i].Input)
		}
	}
	return made.sorted()
}

// waits reports whether an operation only brings about what others have begun.
func (w workload[I, O]) waits(in I) bool { return w.operation(w.Class(in).Kind).Again }

// requests are those that change something, without repetition.
type requests map[string]struct{}

// note adds the requests of an operation, if it changes something.
func (w workload[I, O]) note(to requests, in I) {
	class := w.Class(in)
	if class.ReadOnly {
		return
	}
	for _, operation := range w.asks[class.Kind] {
		to[w.Requests[operation]] = struct{}{}
	}
}

func (r requests) sorted() []string { return slices.Sorted(maps.Keys(r)) }
