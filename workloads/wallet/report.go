package wallet

import "errors"

// ReportName is the name of the workload of transfers and reports in histories and commands.
const ReportName = "transfer-report"

// NewReport makes a workload of nothing but transfers between the wallets and reads of all of them, as the accounts of a bank
// and the report over them: no report may show a sum, or any state, that there never was. The wallets and their number are
// those of [New]; there must be two at least.
func NewReport(cfg Config) (*Workload, error) {
	if cfg.Keys.N == 1 {
		return nil, errors.New("transfer-report: keys must be at least 2: money moves between accounts")
	}
	cfg.Mix = Mix{Transfer: 2, ReadAll: 1}
	return newNamed(ReportName, cfg)
}
