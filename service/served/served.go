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
)

// Requests are what a service is asked with, by kind of operation, such as POST /wallets/{wallet}/deduct.
type Requests map[string]string

// param is the name under which a history's head has the requests.
const param = "requests"

// From gives the requests that the parameters in a history's head name, or none.
func From(params map[string]any) Requests {
	all, _ := params[param].(map[string]any)
	requests := Requests{}
	for kind, label := range all {
		requests[kind] = fmt.Sprint(label)
	}
	return requests
}

// Workload makes the workload. Without requests it is the same.
func Workload[I, O any](w harness.Workload[I, O], r Requests) harness.Workload[I, O] {
	if len(r) == 0 {
		return w
	}
	s := workload[I, O]{w, r}
	if stream, ok := w.(harness.Streamer[I, O]); ok {
		return streamed[I, O]{s, stream}
	}
	return s
}

type workload[I, O any] struct {
	harness.Workload[I, O]
	requests Requests
}

type streamed[I, O any] struct {
	workload[I, O]
	harness.Streamer[I, O]
}

// Info adds the requests to the parameters, so that a recorded history tells them as well.
func (w workload[I, O]) Info() (string, map[string]any) {
	name, params := w.Workload.Info()
	params = maps.Clone(params)
	params[param] = map[string]string(w.requests)
	return name, params
}

// has reports whether the service can be asked for an operation.
func (w workload[I, O]) has(in I) bool {
	_, there := w.requests[w.Class(in).Kind]
	return there
}

// Generator draws until there is an operation that the service has.
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

// Check tells of each anomaly through which requests it came about.
func (w workload[I, O]) Check(ctx context.Context, h *history.History[I, O]) checkers.Verdict {
	v := w.Workload.Check(ctx, h)
	for i := range v.Anomalies {
		v.Anomalies[i].Through = w.through(h, v.Anomalies[i].Ops)
	}
	return v
}

// through are the requests of some operations: those of updates, if there are any.
func (w workload[I, O]) through(h *history.History[I, O], ops []int) []string {
	var updates, reads []string
	for _, i := range ops {
		class := w.Class(h.Ops[i].Input)
		list := &updates
		if class.ReadOnly {
			list = &reads
		}
		if label := w.requests[class.Kind]; label != "" && !slices.Contains(*list, label) {
			*list = append(*list, label)
		}
	}
	if len(updates) > 0 {
		return updates
	}
	return reads
}
