package cells

import "github.com/lostupdate/stress/targets/strategy"

// Names of the workloads that cells serve.
const (
	CounterWorkload  = "counter"
	RegisterWorkload = "register"
	WalletWorkload   = "wallet"
)

// Strategy is one way in which an engine updates cells, and what it must show.
type Strategy = strategy.Of[Store]

// Everywhere is the Shows of a strategy that has the same anomaly on every workload.
func Everywhere(anomaly string) map[string]string {
	return map[string]string{CounterWorkload: anomaly, RegisterWorkload: anomaly, WalletWorkload: anomaly}
}
