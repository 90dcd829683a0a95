package harness

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/lostupdate/stress/history"
)

// Latencies are kept up to one hour, to the nanosecond below 256 ns and with an error of at most 1 % above.
const (
	lowestLatency  = 1
	highestLatency = int64(time.Hour)
	latencyDigits  = 2
)

type tallyKey struct {
	kind    string
	outcome history.Outcome
}

// tally counts what the clients of one or a few seats have done in the main part. Hardly ever do two meet at its lock.
type tally struct {
	mu        sync.Mutex
	outcomes  [3]int64
	retries   int64
	lost      int64         // operations that never returned
	last      time.Duration // latest return
	latencies map[tallyKey]*hdrhistogram.Histogram
	recent    tallyKey // of the operation before: often the next one's too, and then nothing is looked up
	histogram *hdrhistogram.Histogram
	_         [64]byte // keeps two tallies apart in the cache
}

func newTally() *tally { return &tally{latencies: map[tallyKey]*hdrhistogram.Histogram{}} }

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(lowestLatency, highestLatency, latencyDigits)
}

func (t *tally) add(kind string, outcome history.Outcome, latency, returned time.Duration, retries int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.outcomes[outcome]++
	t.retries += int64(retries)
	t.last = max(t.last, returned)
	if key := (tallyKey{kind, outcome}); t.histogram == nil || key != t.recent {
		t.turnTo(key)
	}
	_ = t.histogram.RecordValue(min(max(int64(latency), 0), highestLatency)) // clamped to the histogram's range
}

func (t *tally) turnTo(key tallyKey) {
	h := t.latencies[key]
	if h == nil {
		h = newHistogram()
		t.latencies[key] = h
	}
	t.recent, t.histogram = key, h
}

// lose counts an operation that never returned, and so has no latency.
func (t *tally) lose() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.outcomes[history.Unknown]++
	t.lost++
}

func progressOf(tallies []*tally) Progress {
	var p Progress
	for _, t := range tallies {
		t.addTo(&p)
	}
	p.Ops = p.OK + p.Failed + p.Unknown
	return p
}

func (t *tally) addTo(p *Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.OK += t.outcomes[history.OK]
	p.Failed += t.outcomes[history.Failed]
	p.Unknown += t.outcomes[history.Unknown]
	p.Retries += t.retries
}
