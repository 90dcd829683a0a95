package targets

import (
	"slices"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// repair names what does not show the anomalies, for the reader of the report: never what has just shown them.
func repair(r *report.Report, names []string) {
	names = others(names, r.Info.Strategy)
	for i := range r.Verdict.Anomalies {
		r.Verdict.Anomalies[i].Repair = names
	}
}

// others are the names but for that of a strategy.
func others(names []string, strategy string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == strategy })
}

func repairFrom(r *report.Report, info history.Info) {
	for _, e := range Catalogue() {
		if e.Engine.Name == info.Target && e.Workload == info.Workload {
			repair(r, e.Repair)
			return
		}
	}
}
