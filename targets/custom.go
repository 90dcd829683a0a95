package targets

import (
	"errors"
	"slices"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/custom"
	"github.com/lostupdate/stress/workloads/rules"
)

// customBinding is the workload of a data type that a description of a service brings. It is in no engine's catalogue.
func customBinding() binding {
	b := bind(custom.Name, func(Engine) []strategy.Of[struct{}] { return nil }, newCustom,
		func(struct{}, *custom.Workload) harness.Target[custom.Input, custom.Output] { return nil }, nil)
	b.service = func(e *Entry, s *spec.Service, st spec.Named) {
		bindService(e, s, st, newCustom, overHTTP(customBridge(s.Words.Object)))
	}
	return b
}

func newCustom(p Params) (*custom.Workload, error) {
	if p.Custom == nil {
		return nil, errors.New("custom: there is no description of the data type")
	}
	t := *p.Custom
	t.Keys, t.Hot, t.Skew = p.Keys, p.Hot, p.Skew
	return custom.New(t)
}

// customBridge tells operations by the names that the description gives.
func customBridge(object string) bridge.Bridge[custom.Input, custom.Output] {
	return bridge.Bridge[custom.Input, custom.Output]{
		Inputs: func(in custom.Input, to map[string]any) string {
			to[object] = int64(in.Key)
			for name, n := range in.Args.All() {
				to[name] = n
			}
			return in.Op
		},
		Output: func(values map[string]any) (out custom.Output, err error) {
			out.Values = custom.Values{}
			for name, v := range values {
				if name == "refused" {
					out.Refused = v == true
					continue
				}
				if h, hid := v.(words.Hidden); hid {
					v, out.Hidden = h.Shown, append(out.Hidden, name)
				}
				out.Values[name] = v
			}
			slices.Sort(out.Hidden)
			return out, nil
		},
	}
}

// customType makes the data type that a description has.
func customType(s *spec.Service) *custom.Type {
	t := &custom.Type{
		Name: s.Type.Name, Object: s.Words.Object, Keys: s.Keys, Fresh: s.Type.Fresh, Constants: s.Type.Constants,
		Rules: invariants(s),
	}
	for _, word := range s.Words.Operations {
		o := s.Operations[word.Name]
		made := custom.Operation{
			Name: word.Name, Weight: o.Weight, ReadOnly: o.ReadOnly, Final: o.Final, Whole: o.Whole,
		}
		if made.Weight == 0 && !made.Final {
			made.Weight = 1
		}
		for _, d := range s.Draws[word.Name] {
			made.Args = append(made.Args, custom.Arg{Name: d.Name, Min: d.Min, Max: d.Max})
		}
		for _, out := range word.Outputs {
			made.Outputs = append(made.Outputs, out.Name)
		}
		t.Operations = append(t.Operations, made)
	}
	return t
}

func invariants(s *spec.Service) []rules.Rule {
	all := make([]rules.Rule, len(s.Invariants))
	for i, r := range s.Invariants {
		all[i] = rules.Rule(r)
	}
	return all
}
