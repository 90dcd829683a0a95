package report

import (
	"time"

	"github.com/lostupdate/stress/history"
)

// Stats are the figures of a run's main part.
type Stats struct {
	Elapsed    time.Duration `json:"elapsed"` // from the common start to the last return
	Ops        int64         `json:"ops"`
	OK         int64         `json:"ok"`
	Failed     int64         `json:"failed"`
	Unknown    int64         `json:"unknown"`
	Retries    int64         `json:"retries"`
	Updates    int64         `json:"updates"`    // operations that may change something
	UpdatesOK  int64         `json:"updatesOk"`  // those of them that are OK
	Throughput float64       `json:"throughput"` // operations OK a second
	// Latencies of all operations that were OK: the mean, and what 50, 90, 99 and 99.9 % and all of them kept within.
	Mean      time.Duration `json:"mean"`
	P50       time.Duration `json:"p50"`
	P90       time.Duration `json:"p90"`
	P99       time.Duration `json:"p99"`
	P999      time.Duration `json:"p999"`
	Max       time.Duration `json:"max"`
	Contended float64       `json:"contended"` // share of operations that overlapped a conflicting one of another client
	Kinds     []KindStats   `json:"kinds"`
}

// KindStats are the latencies of the operations of one kind and outcome.
type KindStats struct {
	Kind    string          `json:"kind"`
	Outcome history.Outcome `json:"outcome"`
	Count   int64           `json:"count"`
	Mean    time.Duration   `json:"mean"`
	P50     time.Duration   `json:"p50"`
	P90     time.Duration   `json:"p90"`
	P99     time.Duration   `json:"p99"`
	P999    time.Duration   `json:"p999"`
	Max     time.Duration   `json:"max"`
}
