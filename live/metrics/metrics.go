// Package metrics shows a run that goes on to Prometheus: counts and latencies by kind and outcome, retries, clients, what is
// under way, and whether a violation was seen.
package metrics

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lostupdate/stress/harness"
)

// Run is what is run, for the labels of stress_run_info.
type Run struct {
	Target, Workload, Strategy string
	Seed                       uint64
}

// bounds are those of the latency's buckets. Latencies come in buckets, and not as quantiles, since those of several runs or
// minutes can be added, and quantiles can not.
var bounds = []time.Duration{ //nolint:gochecknoglobals // a constant
	100 * time.Microsecond, 250 * time.Microsecond, 500 * time.Microsecond,
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

// collector reads the figures when it is asked for them.
type collector struct {
	watch *harness.Watch
	info  prometheus.Metric

	operations, latency, abandoned, retries, inFlight, clients, elapsed, violation *prometheus.Desc
}

// Collector shows the runs that the watch does; what is run stands in the labels of stress_run_info.
func Collector(w *harness.Watch, run Run) prometheus.Collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("stress_"+name, help, labels, nil)
	}
	info := desc("run_info", "What is run; always 1.", "target", "workload", "strategy", "seed")
	return &collector{
		watch: w,
		info: prometheus.MustNewConstMetric(info, prometheus.GaugeValue, 1, text(run.Target), text(run.Workload), text(run.Strategy),
			strconv.FormatUint(run.Seed, 10)),
		operations: desc("operations_total", "Operations of the main part that returned.", "kind", "outcome"),
		latency: desc("operation_duration_seconds", "Latency of the operations of the main part that returned, to 1 %. "+
			"With a rate it counts from when an operation should have started.", "kind", "outcome"),
		abandoned: desc("operations_abandoned_total", "Operations of the main part that never returned: of unknown outcome."),
		retries:   desc("retries_total", "Attempts of operations of the main part beyond the first."),
		inFlight:  desc("operations_in_flight", "Operations that are under way."),
		clients:   desc("clients", "Clients that are open."),
		elapsed:   desc("elapsed_seconds", "Time since the main part began, up to its end."),
		violation: desc("violation", "1 if a violation was found, 0 if one was looked for and not found; missing until one is "+
			"looked for."),
	}
}

// text is a label's value: one that is no UTF-8 would panic.
func text(value string) string { return strings.ToValidUTF8(value, "\uFFFD") }

// Describe gives what there can be.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.info.Desc(), c.operations, c.latency, c.abandoned, c.retries, c.inFlight, c.clients, c.elapsed, c.violation,
	} {
		to <- d
	}
}

// Collect gives what there is.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	live := c.watch.Snapshot()
	value := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	to <- c.info
	for _, k := range live.Kinds {
		outcome := k.Outcome.String()
		kind := text(k.Kind)
		value(c.operations, prometheus.CounterValue, float64(k.Count), kind, outcome)
		counts, sum := k.Within(bounds)
		buckets := make(map[float64]uint64, len(bounds))
		for i, bound := range bounds {
			buckets[bound.Seconds()] = uint64(counts[i])
		}
		to <- prometheus.MustNewConstHistogram(c.latency, uint64(k.Count), sum.Seconds(), buckets, kind, outcome)
	}
	value(c.abandoned, prometheus.CounterValue, float64(live.Abandoned))
	value(c.retries, prometheus.CounterValue, float64(live.Retries))
	value(c.inFlight, prometheus.GaugeValue, float64(live.InFlight))
	value(c.clients, prometheus.GaugeValue, float64(live.Clients))
	value(c.elapsed, prometheus.GaugeValue, live.Elapsed.Seconds())
	if live.Sought {
		violated := 0.0
		if live.Violated {
			violated = 1
		}
		value(c.violation, prometheus.GaugeValue, violated)
	}
}
