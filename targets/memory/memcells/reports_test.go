package memcells

import (
	"testing"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

func TestReports(t *testing.T) {
	for _, s := range Reports() {
		t.Run(s.Name, func(t *testing.T) {
			cellstest.Report(t, s, "")
			cellstest.ReportVerdict(t, s, "", harness.Clients(8), harness.Ops(800), harness.Seed(1))
		})
	}
}
