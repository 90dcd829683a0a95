package targets

import (
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/session"
)

// sessionStrategy is one way in which an engine serves sessions.
type sessionStrategy = strategy.For[*session.Workload, session.Input, session.Output]

// sessionBinding is the workload of what each client must see of its own past.
func sessionBinding() binding {
	return bind(session.Name, func(e Engine) []sessionStrategy { return e.sessions }, func(p Params) (*session.Workload, error) {
		return session.New(session.Config{Keys: p.keys()})
	}, makeTarget[*session.Workload, session.Input, session.Output], nil)
}
