package targets

import (
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/outbox"
)

// outboxStrategy is one way in which an engine has events published.
type outboxStrategy = strategy.For[*outbox.Workload, outbox.Input, outbox.Output]

func outboxBinding() binding {
	strategies := func(e Engine) []outboxStrategy { return e.outbox }
	return bind(outbox.Name, strategies, newOutbox, made[*outbox.Workload, outbox.Input, outbox.Output], nil)
}

func newOutbox(p Params) (*outbox.Workload, error) { return outbox.New(outbox.Config{Keys: p.keys()}) }
