package custom

import (
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/rules"
)

var _ harness.Alarmed[Input, Output] = (*Workload)(nil)

// Alarm sees while a run goes on that an operation breaks a rule which is held against each.
func (w *Workload) Alarm() harness.Alarm[Input, Output] { return rules.Alarm(w.rules, w.view) }
