package targets

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads/wallet"
)

// HTTP is the name of the engine that is a user's service.
const HTTP = "http"

// Serving is how a run finds a service.
type Serving struct {
	Port     int           // of ${port}
	Together *web.Together // has clients send at the same moment; nil: as they come
}

// Services gives the entries of a service, one for each of its strategies, broken ones first.
func Services(s *spec.Service) ([]Entry, error) {
	var all []Entry
	for _, b := range bindings() {
		if b.name != s.Workload {
			continue
		}
		for _, st := range s.Named {
			e := Entry{
				Engine:   Engine{Name: HTTP, Title: "HTTP", Embedded: true},
				Workload: s.Workload, Strategy: st.Name, Summary: st.Summary, Anomaly: st.Shows, Needs: st.Needs, ops: st.Ops,
				Scenario: b.name == wallet.Name && s.Calls[wallet.Deduct.String()] != nil,
			}
			b.service(&e, s, st)
			all = append(all, e)
		}
	}
	for _, st := range s.Named {
		known := slices.ContainsFunc(checkers.Meanings(), func(m checkers.Meaning) bool { return m.Name == st.Shows })
		if st.Shows != "" && !known {
			return nil, fmt.Errorf("%s: strategies.%s: shows %q, which is no anomaly", s.Path, st.Name, st.Shows)
		}
	}
	return repaired(all), nil
}

// bindService completes an entry by what a run and a test of a service do.
func bindService[I, O any, W harness.Workload[I, O]](
	e *Entry, s *spec.Service, st spec.Named, build func(Params) (W, error), words bridge.Bridge[I, O],
) {
	requests := served.Requests{}
	for name, call := range s.Calls {
		if !slices.Contains(st.Without, name) {
			requests[name] = call.Label(spec.Scope{"strategy": st.Name})
		}
	}
	bindRun(e, func(p Params) (harness.Workload[I, O], error) {
		w, err := build(parameters(s, p))
		if err != nil {
			return nil, err
		}
		return served.Workload(w, requests), nil
	}, func(o Options, w harness.Workload[I, O]) harness.Target[I, O] {
		_, params := w.Info()
		for name := range params {
			if n, ok := params[name].(int); ok && name != "keys" {
				params[name] = int64(n)
			}
		}
		return web.New(web.Config{
			Service: s, Strategy: st, Port: o.Service.Port, Params: params, Together: o.Service.Together,
		}, words)
	})
}

// parameters are those of a file, but for what was said for the run.
func parameters(s *spec.Service, p Params) Params {
	p.Keys, p.Initial, p.Limit = cmp.Or(p.Keys, s.Keys), cmp.Or(p.Initial, s.Initial), cmp.Or(p.Limit, s.Limit)
	p.Doctors, p.Hot, p.Skew = cmp.Or(p.Doctors, s.Doctors), cmp.Or(p.Hot, s.Hot), cmp.Or(p.Skew, s.Skew)
	return p
}
