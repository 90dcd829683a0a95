package report

import "time"

// Matrix is what the runs of the catalogue's entries have found.
type Matrix struct {
	Tool    string        `json:"tool,omitempty"` // what ran it, with its version
	Start   time.Time     `json:"start"`          // wall clock, UTC
	Elapsed time.Duration `json:"elapsed"`        // of all runs
	Clients int           `json:"clients"`        // at once, in each run
	Seed    uint64        `json:"seed"`           // of the first run of each entry
	// Scenario are the runs of the wallet of 1,000 from which 300 and 500 are taken; their figures mean nothing.
	Scenario []Row `json:"scenario,omitempty"`
	Rows     []Row `json:"rows"`
	// Skipped are the entries that were chosen and could not take part.
	Skipped []Skipped `json:"skipped,omitempty"`
	// Interrupted says that entries are missing, since the matrix was ended before it was through.
	Interrupted string `json:"interrupted,omitempty"`
}

// Skipped is an entry of the catalogue that was not run.
type Skipped struct {
	Engine   string `json:"engine"`
	Workload string `json:"workload"`
	Strategy string `json:"strategy"`
	Reason   string `json:"reason"`
}

// Row is what the runs of one entry of the catalogue have found, as a matrix prints it in JSON. Figures are medians.
type Row struct {
	Engine     string   `json:"engine"`
	Version    string   `json:"version"`
	Workload   string   `json:"workload"`
	Strategy   string   `json:"strategy"`
	Expected   string   `json:"expected,omitempty"` // anomaly; none: the strategy is correct
	Found      []string `json:"found,omitempty"`    // anomalies, of all runs
	Runs       int      `json:"runs"`
	AsExpected int      `json:"as_expected"`          // of these
	Ops        int      `json:"ops"`                  // that a run was to make
	Lost       float64  `json:"lost_share,omitempty"` // of acknowledged updates
	Throughput float64  `json:"throughput"`           // operations OK a second
	P99        int64    `json:"p99"`                  // of operations OK, ns
	// Detected is after which share of its operations a run was proved wrong: 1 where only the final reads proved it, and
	// [Undetected] where nothing did. DetectedFree is the same without perturbation. They are 0 where nobody asked.
	Detected     float64 `json:"detected,omitempty"`
	DetectedFree float64 `json:"detected_free,omitempty"`
	// Examples are explanations as they were printed, the shortest of each anomaly.
	Examples map[string]string `json:"examples,omitempty"`
	Surprise string            `json:"surprise,omitempty"` // what was not as expected
	// Undecided says that what was not as expected was undecided, in all such runs.
	Undecided bool          `json:"undecided,omitempty"`
	Failed    string        `json:"failed,omitempty"`  // why the entry could not be run to its end
	Repair    []string      `json:"repair,omitempty"`  // strategies, if the entry is broken
	Elapsed   time.Duration `json:"elapsed,omitempty"` // of the runs, their checks included
}

// Undetected stands for the share of operations after which a run was proved wrong, if it was not: above all that are.
const Undetected = 2
