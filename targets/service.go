package targets

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads/custom"
	"github.com/lostupdate/stress/workloads/rules"
	"github.com/lostupdate/stress/workloads/wallet"
)

// HTTP is the name of the engine that is a user's service.
const HTTP = "http"

// Serving is how a run finds a service.
type Serving struct {
	Port     int           // of ${port}
	Together *web.Together // has clients send at the same moment; nil: as they come
}

// Services gives the entries of a service, one for each of its strategies, broken ones first. An error is about the
// description.
func Services(s *spec.Service) ([]Entry, error) {
	var all []Entry
	for _, b := range append(bindings(), customBinding()) {
		if b.name != s.Workload {
			continue
		}
		for _, st := range s.Named {
			e := Entry{
				Engine:   Engine{Name: HTTP, Title: "HTTP", Embedded: true},
				Workload: s.Workload, Strategy: st.Name, Summary: st.Summary, Anomaly: st.Shows, Needs: st.Needs, ops: st.Ops,
				Scenario: b.name == wallet.Name && s.Calls[wallet.Deduct.String()] != nil &&
					!slices.Contains(st.Without, wallet.Deduct.String()),
			}
			b.service(&e, s, st)
			all = append(all, e)
		}
	}
	return repaired(all), faults(s, all)
}

// faults are what is wrong with a description and its own room can't know: names of anomalies, parameters of the workload,
// and invariants.
func faults(s *spec.Service, all []Entry) error {
	var known []string
	for _, m := range checkers.Meanings() {
		known = append(known, m.Name)
	}
	var errs []error
	look := func(name string, path ...string) {
		if name != "" && !slices.Contains(known, name) {
			errs = append(errs, s.Fault(path, spec.Nearest(name, known), "no anomaly %q", name))
		}
	}
	for _, st := range s.Named {
		look(st.Shows, "strategies", st.Name, "shows")
	}
	for i, r := range s.Invariants {
		look(r.Anomaly, "invariants", fmt.Sprint(i+1), "anomaly")
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	for _, e := range all {
		if err := e.valid(s); err != nil {
			return located(s, err)
		}
	}
	return nil
}

// located gives what is wrong with the workload of an entry with its places in the description: operations, or else rules.
func located(s *spec.Service, err error) error {
	var errs []error
	for _, of := range within[*custom.OperationError](err) {
		errs = append(errs, s.Fault([]string{"operations", of.Operation}, "", "%v", of.Err))
	}
	for _, of := range within[*rules.Error](err) {
		errs = append(errs, s.Fault([]string{"invariants", strconv.Itoa(of.Number), "holds"}, "", "%v", of))
	}
	if errs == nil {
		if inner := errors.Unwrap(err); s.Workload == custom.Name && inner != nil {
			err = inner // without the name of the type
		}
		return s.Fault([]string{"workload"}, "", "%v", err)
	}
	return errors.Join(errs...)
}

// within gives the errors of a type that another is made of.
func within[E error](err error) (all []E) {
	if e, is := err.(E); is { //nolint:errorlint // the whole tree is gone through
		return []E{e}
	}
	switch e := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() error }:
		return within[E](e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			all = append(all, within[E](err)...)
		}
	}
	return all
}

// bindService completes an entry by what a run and a test of a service do.
func bindService[I, O any, W harness.Workload[I, O]](
	e *Entry, s *spec.Service, st spec.Named, build func(Params) (W, error), target func(web.Config, Options) harness.Target[I, O],
) {
	requests := served.Requests{}
	for name, call := range s.Calls {
		if !slices.Contains(st.Without, name) {
			requests[name] = call.Label(spec.Scope{"strategy": st.Name})
		}
	}
	of := func(s *spec.Service, p Params) (harness.Workload[I, O], error) {
		p = parameters(s, p)
		p.Extras.Requests = requests
		return extended[I, O](build, p)
	}
	assemble := func(p Params) (harness.Workload[I, O], error) { return of(s, p) }
	e.valid = func(s *spec.Service) error {
		_, err := of(s, Params{})
		return err
	}
	e.timeout = s.Longest
	bindRun(e, assemble, func(o Options, w harness.Workload[I, O]) harness.Target[I, O] {
		_, params := w.Info()
		for name := range params {
			if n, ok := params[name].(int); ok && name != "keys" {
				params[name] = int64(n)
			}
		}
		for name, n := range s.Type.Constants {
			params[name] = n
		}
		return target(web.Config{
			Service: s, Strategy: st, Port: o.Service.Port, Params: params, Together: o.Service.Together,
		}, o)
	})
}

// overHTTP makes the target of a workload whose operations are a request each.
func overHTTP[I, O any](words bridge.Bridge[I, O]) func(web.Config, Options) harness.Target[I, O] {
	return func(cfg web.Config, _ Options) harness.Target[I, O] { return web.New(cfg, words) }
}

// parameters are those of a file, but for what was said for the run.
func parameters(s *spec.Service, p Params) Params {
	p.Keys, p.Initial, p.Limit = cmp.Or(p.Keys, s.Keys), cmp.Or(p.Initial, s.Initial), cmp.Or(p.Limit, s.Limit)
	p.Doctors, p.Hot, p.Skew = cmp.Or(p.Doctors, s.Doctors), cmp.Or(p.Hot, s.Hot), cmp.Or(p.Skew, s.Skew)
	if s.Workload == custom.Name {
		p.Custom, p.Keys = customType(s), cmp.Or(p.Keys, 1)
		return p
	}
	p.Extras.Invariants = invariants(s)
	return p
}
