package main

import "io"

// writeJSON writes a row an entry.
func (m *matrix) writeJSON(w io.Writer) error {
	type cell struct {
		Engine     string   `json:"engine"`
		Version    string   `json:"version"`
		Workload   string   `json:"workload"`
		Strategy   string   `json:"strategy"`
		Expected   string   `json:"expected,omitempty"`
		Found      []string `json:"found,omitempty"`
		Runs       int      `json:"runs"`
		AsExpected int      `json:"as_expected"`
		Lost       float64  `json:"lost_share,omitempty"`
		Throughput float64  `json:"throughput"`
		Example    string   `json:"example,omitempty"`
		Surprise   string   `json:"surprise,omitempty"`
		Failed     string   `json:"failed,omitempty"`
		Repair     []string `json:"repair,omitempty"`
	}
	cells := []cell{}
	for _, r := range m.rows {
		c := cell{
			Engine: r.entry.Engine.Name, Version: r.version, Workload: r.entry.Workload, Strategy: r.entry.Strategy,
			Expected: r.entry.Anomaly, Found: r.found, Runs: r.runs, AsExpected: r.asExpected, Lost: median(r.lost),
			Throughput: median(r.throughput), Example: r.sample, Surprise: r.surprise,
		}
		if r.failed != nil {
			c.Failed = r.failed.Error()
		}
		if !r.entry.Correct() {
			c.Repair = r.entry.Repair
		}
		cells = append(cells, c)
	}
	return writeJSON(w, cells)
}
