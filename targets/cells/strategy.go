package cells

// Names of the workloads that cells serve.
const (
	CounterWorkload  = "counter"
	RegisterWorkload = "register"
	WalletWorkload   = "wallet"
)

// Strategy is one way in which an engine updates cells, and what it must show.
type Strategy struct {
	// Name is the strategy's name, shared by engines that do the same, e.g. "row-lock".
	Name string
	// Summary is one sentence for people: what the code does, and if it is broken, why it loses.
	Summary string
	// Shows is the anomaly that a broken strategy must show, by workload. A strategy without any is correct.
	Shows map[string]string
	// Refuses: correct, but gives up on conflicts instead of trying again; no repair by itself.
	Refuses bool
	// Workloads are those for which the strategy makes sense; none means all.
	Workloads []string
	// Ops is how many operations it takes to show the anomaly reliably, where that is more than usual; at most 2,000.
	Ops int
	// New makes a store of it. DSN is empty for the embedded engine. Seed is for chance that belongs to the strategy
	// itself, such as a holder of a lock that pauses.
	New func(dsn string, seed uint64) Store
}

// Correct reports whether the strategy must show no anomaly.
func (s Strategy) Correct() bool { return len(s.Shows) == 0 }

// Serves reports whether the strategy makes sense for the workload.
func (s Strategy) Serves(workload string) bool {
	for _, w := range s.Workloads {
		if w == workload {
			return true
		}
	}
	return len(s.Workloads) == 0
}

// Everywhere is the Shows of a strategy that has the same anomaly on every workload.
func Everywhere(anomaly string) map[string]string {
	return map[string]string{CounterWorkload: anomaly, RegisterWorkload: anomaly, WalletWorkload: anomaly}
}
