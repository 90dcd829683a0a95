package gate

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// unit is what a metric is measured in. Values are in ns, operations a second, shares of 1, and wholes.
type unit uint8

const (
	duration unit = iota
	rate
	share
	ratio // a share that may be above 1
	count
)

// metric is a figure of a report.
type metric struct {
	name string
	unit unit
	// of gives the figure, or why there is none.
	of func(r *report.Report) (value float64, why string)
}

// latencies are the metrics that each kind of operation has as well, as in deduct.p99.
func latencies() []metric {
	return []metric{
		latency("mean", func(k report.KindStats) time.Duration { return k.Mean }),
		latency("p50", func(k report.KindStats) time.Duration { return k.P50 }),
		latency("p90", func(k report.KindStats) time.Duration { return k.P90 }),
		latency("p99", func(k report.KindStats) time.Duration { return k.P99 }),
		latency("p99.9", func(k report.KindStats) time.Duration { return k.P999 }),
		latency("max", func(k report.KindStats) time.Duration { return k.Max }),
	}
}

// latency is one of all operations that were OK.
func latency(name string, of func(report.KindStats) time.Duration) metric {
	return metric{name, duration, func(r *report.Report) (float64, string) {
		s := r.Stats
		why := timed(r)
		if why == "" && s.OK == 0 {
			why = "no operation was OK"
		}
		return float64(of(report.KindStats{Mean: s.Mean, P50: s.P50, P90: s.P90, P99: s.P99, P999: s.P999, Max: s.Max})), why
	}}
}

// ofKind is a latency of the operations of one kind.
func ofKind(kind string, m metric) metric {
	return metric{kind + "." + m.name, duration, func(r *report.Report) (float64, string) {
		if why := timed(r); why != "" {
			return 0, why
		}
		for _, k := range r.Stats.Kinds {
			if k.Kind == kind && k.Outcome == history.OK {
				only := &report.Report{Stats: report.Stats{
					OK: k.Count, Mean: k.Mean, P50: k.P50, P90: k.P90, P99: k.P99, P999: k.P999, Max: k.Max,
				}}
				return m.of(only)
			}
		}
		return 0, fmt.Sprintf("no operation %s was OK", kind)
	}}
}

// metrics are those of a whole run.
func metrics() []metric {
	part := func(of func(report.Stats) int64) func(*report.Report) (float64, string) {
		return func(r *report.Report) (float64, string) {
			if why := made(r); why != "" {
				return 0, why
			}
			return float64(of(r.Stats)) / float64(r.Stats.Ops), ""
		}
	}
	return append(latencies(),
		metric{"throughput", rate, timely(func(s report.Stats) float64 { return s.Throughput })},
		metric{"ok-rate", share, part(func(s report.Stats) int64 { return s.OK })},
		metric{"failed-rate", share, part(func(s report.Stats) int64 { return s.Failed })},
		metric{"unknown-rate", share, part(func(s report.Stats) int64 { return s.Unknown })},
		metric{"retry-rate", ratio, retries(func(s report.Stats) float64 { return float64(s.Retries) / float64(s.Ops) })},
		metric{"contention", share, func(r *report.Report) (float64, string) {
			return r.Stats.Contended, made(r)
		}},
		metric{"ops", count, func(r *report.Report) (float64, string) { return float64(r.Stats.Ops), "" }},
		metric{"retries", count, retries(func(s report.Stats) float64 { return float64(s.Retries) })},
		metric{"elapsed", duration, timely(func(s report.Stats) float64 { return float64(s.Elapsed) })},
		metric{"lost", share, lost},
	)
}

func made(r *report.Report) string {
	if r.Stats.Ops == 0 {
		return "no operation was made"
	}
	return ""
}

// retries is a figure that nobody knows of a foreign history, which does not tell attempts from operations.
func retries(of func(report.Stats) float64) func(*report.Report) (float64, string) {
	return func(r *report.Report) (float64, string) {
		why := made(r)
		if r.Foreign {
			why = "the history tells no retries"
		}
		return of(r.Stats), why
	}
}

// timely is a figure of a whole run that takes a clock.
func timely(of func(report.Stats) float64) func(*report.Report) (float64, string) {
	return func(r *report.Report) (float64, string) { return of(r.Stats), cmp.Or(timed(r), made(r)) }
}

func timed(r *report.Report) string {
	if r.Untimed {
		return "the history tells no times"
	}
	return ""
}

// lost is the share of acknowledged updates that are not in the state. Only a valid run has lost none.
func lost(r *report.Report) (float64, string) {
	switch r.Verdict.Status {
	case checkers.Valid:
		return 0, ""
	case checkers.Undecided:
		return 0, "the run is undecided"
	}
	if s, known := r.LostShare(); known {
		return s, ""
	}
	return 0, "how many updates were lost is not known"
}

// A number without a sign: what is measured is never below 0.
var number = regexp.MustCompile(`^\d+(\.\d+)?([eE][+-]?\d+)?$`)

// parse reads a value of the unit, or says in a clause what would be right.
func (u unit) parse(text string) (float64, error) {
	switch u {
	case duration:
		return parseDuration(text)
	case rate:
		text = strings.TrimSuffix(text, "/s")
	case share, ratio:
		if percent, ok := strings.CutSuffix(text, "%"); ok {
			v, err := parseNumber(percent)
			if err == nil && u == share && v > 100 {
				err = errors.New("a share is 0% to 100%")
			}
			return v / 100, err
		}
	case count:
		n, err := strconv.ParseUint(text, 10, 53)
		if err != nil {
			return 0, errors.New("want a whole number, such as 100")
		}
		return float64(n), nil
	}
	v, err := parseNumber(text)
	if err != nil {
		return 0, map[unit]error{
			rate:  errors.New("want operations a second, such as 500 or 500/s"),
			share: errors.New("want a share, such as 99% or 0.99"),
			ratio: errors.New("want a share, such as 20% or 0.2"),
		}[u]
	}
	if u == share && v > 1 {
		return 0, fmt.Errorf("a share is 0 to 1; did you mean %s%%?", text)
	}
	return v, nil
}

func parseNumber(text string) (float64, error) {
	if !number.MatchString(text) {
		return 0, errors.New("want a number")
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, errors.New("the number is too large")
	}
	return v, nil
}

func parseDuration(text string) (float64, error) {
	if number.MatchString(text) {
		return 0, fmt.Errorf("a time needs a unit, such as %sms or %ss", text, text)
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, errors.New("want a time, such as 50ms or 1.5s")
	}
	return float64(d), nil
}

// format writes a value for people, with no more digits than tell it from the limit.
func (u unit) format(v, limit float64) string {
	switch u {
	case duration:
		d := time.Duration(v)
		if text := report.Round(d); text != report.Round(time.Duration(limit)) {
			return text
		}
		return d.String()
	case count:
		return report.Count(int64(v))
	}
	scale, suffix := 1.0, " ok/s"
	if u != rate {
		scale, suffix = 100, "%"
	}
	short := strconv.FormatFloat(v*scale, 'f', 1, 64)
	if v != limit && short == strconv.FormatFloat(limit*scale, 'f', 1, 64) {
		short = strconv.FormatFloat(v*scale, 'g', -1, 64)
	}
	return strings.TrimSuffix(short, ".0") + suffix
}
