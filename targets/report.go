package targets

import (
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/workloads/wallet"
)

// reportBinding is of the wallets again, with strategies of their own: how the report reads is what is tested, while the
// engine moves the money itself.
func reportBinding() binding {
	return bind(wallet.ReportName, func(e Engine) []cells.Strategy { return e.reports }, newReport,
		func(s cells.Store, w *wallet.Workload) harness.Target[wallet.Input, wallet.Output] {
			return cells.Wallet(s, w.Initial())
		}, nil)
}

func newReport(p Params) (*wallet.Workload, error) {
	return wallet.NewReport(wallet.Config{Keys: p.keys(), Initial: p.Initial})
}
