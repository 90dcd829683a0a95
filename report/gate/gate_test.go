package gate_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/gate"
)

// measured is a report of 100 operations, of which 90 deducts were OK.
func measured() *report.Report {
	return &report.Report{Stats: report.Stats{
		Elapsed: 2 * time.Second, Ops: 100, OK: 90, Failed: 8, Unknown: 2, Retries: 130, Throughput: 45, Contended: 0.375,
		Mean: 3 * time.Millisecond, P50: 2 * time.Millisecond, P90: 5 * time.Millisecond, P99: 50 * time.Millisecond,
		P999: 61*time.Millisecond + 200*time.Microsecond, Max: 70 * time.Millisecond,
		Kinds: []report.KindStats{
			{Kind: "deduct", Outcome: history.OK, Count: 90, Mean: 4, P50: 5, P90: 6, P99: 7 * time.Microsecond, P999: 8, Max: 9},
			{Kind: "deduct", Outcome: history.Failed, Count: 8, P99: time.Hour},
			{Kind: "read-all", Outcome: history.Unknown, Count: 2, P99: time.Hour},
		},
	}}
}

func TestThresholds(t *testing.T) {
	for text, want := range map[string]struct {
		status   report.GateStatus
		measured string
	}{
		"p99 > 50ms":             {report.Held, "p99 was 50ms"},
		"p99 >= 50ms":            {report.Broken, "p99 was 50ms"},
		"p99>49.999ms":           {report.Broken, "p99 was 50ms"},
		"p99 > 49.99999ms":       {report.Broken, "p99 was 50ms"},
		"p99.9 > 60ms":           {report.Broken, "p99.9 was 61.2ms"},
		" max  <  1m ":           {report.Broken, "max was 70ms"},
		"mean > 1s":              {report.Held, "mean was 3ms"},
		"p50 > 1h":               {report.Held, "p50 was 2ms"},
		"p90 > 5ms":              {report.Held, "p90 was 5ms"},
		"deduct.p99 > 6us":       {report.Broken, "deduct.p99 was 7µs"},
		"deduct.mean > 4ns":      {report.Held, "deduct.mean was 4ns"},
		"read-all.p99 > 2h":      {report.Broken, "there is no read-all.p99: no operation read-all was OK"},
		"throughput < 45":        {report.Held, "throughput was 45 ok/s"},
		"throughput < 45.0001/s": {report.Broken, "throughput was 45 ok/s"},
		"ok-rate < 90%":          {report.Held, "ok-rate was 90%"},
		"ok-rate < 0.95":         {report.Broken, "ok-rate was 90%"},
		"failed-rate > 5%":       {report.Broken, "failed-rate was 8%"},
		"unknown-rate > 0":       {report.Broken, "unknown-rate was 2%"},
		"retry-rate > 120%":      {report.Broken, "retry-rate was 130%"},
		"retry-rate > 1.3":       {report.Held, "retry-rate was 130%"},
		"contention < 37.49%":    {report.Held, "contention was 37.5%"},
		"ops != 100":             {report.Held, "ops was 100"},
		"retries == 130":         {report.Broken, "retries was 130"},
		"elapsed <= 2s":          {report.Broken, "elapsed was 2s"},
		"lost > 0":               {report.Held, "lost was 0%"},
	} {
		g, err := gate.ParseFailIf(text)
		require.NoError(t, err, text)
		got := g.Eval(measured())
		assert.Equal(t, want.status, got.Status, text)
		assert.Equal(t, want.measured, got.Measured, text)
		assert.Equal(t, report.FailIf, got.Kind)
	}
}

// What differs from the limit by less than is shown of it is shown whole, so that no line contradicts itself.
func TestNearTheLimitAllDigitsAreShown(t *testing.T) {
	r := measured()
	r.Stats.P99 += 17
	r.Stats.OK, r.Stats.Ops = 899_999, 1_000_000
	g, err := gate.ParseFailIf("p99 > 50ms")
	require.NoError(t, err)
	require.Equal(t, "fail-if p99 > 50ms: failed, p99 was 50.000017ms", g.Eval(r).Sentence())
	g, err = gate.ParseFailIf("ok-rate < 90%")
	require.NoError(t, err)
	require.Equal(t, "fail-if ok-rate < 90%: failed, ok-rate was 89.9999%", g.Eval(r).Sentence())
}

// A figure that there is not breaks its gate, in whichever direction it looks.
func TestWhatWasNotMeasuredBreaksItsGate(t *testing.T) {
	untimed := measured()
	untimed.Untime()
	empty := &report.Report{}
	undecided := &report.Report{Verdict: checkers.Undecide("cut off")}
	unknown := &report.Report{Verdict: checkers.Reject(checkers.Anomaly{Name: checkers.NonLinearizable})}
	nan := &report.Report{Stats: report.Stats{Ops: 1, Throughput: math.NaN()}}
	for _, c := range []struct {
		text, measured string
		r              *report.Report
	}{
		{"p99 > 50ms", "there is no p99: the history tells no times", untimed},
		{"p99 < 50ms", "there is no p99: the history tells no times", untimed},
		{"deduct.p99 > 50ms", "there is no deduct.p99: the history tells no times", untimed},
		{"throughput > 1", "there is no throughput: the history tells no times", untimed},
		{"elapsed > 1s", "there is no elapsed: the history tells no times", untimed},
		{"p99 > 50ms", "there is no p99: no operation was OK", empty},
		{"deduct.max > 50ms", "there is no deduct.max: no operation deduct was OK", empty},
		{"failed-rate > 1%", "there is no failed-rate: no operation was made", empty},
		{"contention > 99%", "there is no contention: no operation was made", empty},
		{"lost > 1%", "there is no lost: the run is undecided", undecided},
		{"lost > 1%", "there is no lost: how many updates were lost is not known", unknown},
		{"throughput < 1", "throughput was NaN ok/s", nan},
	} {
		g, err := gate.ParseFailIf(c.text)
		require.NoError(t, err, c.text)
		got := g.Eval(c.r)
		assert.Equal(t, report.Broken, got.Status, c.text)
		assert.Equal(t, c.measured, got.Measured, c.text)
	}
}

func TestWrongThresholds(t *testing.T) {
	for text, want := range map[string]string{
		"":                    `character 1: begin with a metric: mean, p50, p90, p99, p99.9, max, throughput`,
		" > 5ms":              `character 2: begin with a metric`,
		"p98 > 5ms":           `character 1: no metric "p98"; did you mean "p90"?`,
		"latency > 5ms":       `character 1: no metric "latency"; there are mean, p50`,
		"througput < 5":       `did you mean "throughput"?`,
		"deduct.p98 > 5ms":    `no latency of deduct "p98"; did you mean "p90"?`,
		"deduct.ops > 5":      `no latency of deduct "ops"`,
		"p99":                 `character 4: after the metric comes >, >=, < or <=`,
		"p99 = 5ms":           `character 5: no operator "="`,
		"p99 >> 5ms":          `character 5: no operator ">>"`,
		"p99 == 5ms":          `character 5: p99 is no count`,
		"ok-rate != 1":        `ok-rate is no count`,
		"p99 >":               `character 6: a value is missing`,
		"p99 > 50":            `character 7: 50 is no value for p99: a time needs a unit, such as 50ms or 50s`,
		"p99 > 0":             `a time needs a unit`,
		"p99 > 5 ms":          `5 ms is no value for p99: want a time`,
		"p99 > -5ms":          `want a time`,
		"p99 > 5%":            `want a time`,
		"p99 > NaN":           `want a time`,
		"throughput < 5ms":    `want operations a second, such as 500 or 500/s`,
		"throughput < NaN":    `want operations a second`,
		"throughput < Inf":    `want operations a second`,
		"throughput < 0x10":   `want operations a second`,
		"throughput < 1e999":  `want operations a second`,
		"ok-rate < 99":        `a share is 0 to 1; did you mean 99%?`,
		"ok-rate < 101%":      `a share is 0% to 100%`,
		"ok-rate < -1%":       `want a number`,
		"ok-rate < 5ms":       `want a share, such as 99% or 0.99`,
		"retry-rate > many":   `want a share, such as 20% or 0.2`,
		"retries > 1.5":       `want a whole number`,
		"retries > -1":        `want a whole number`,
		"ok-rate > 100%":      `character 1: this is never so, and would let every run pass`,
		"p99 < 0s":            `never so`,
		"retries >= 0":        `this is always so, and would let no run pass`,
		"ok-rate <= 1":        `always so`,
		"p99 > 5ms; ops > 1":  `5ms; ops > 1 is no value for p99`,
		"p99 > 5ms && 1":      `is no value for p99`,
		"p\u00e9\u00e9 > 5ms": `character 1: no metric "péé"`,
	} {
		_, err := gate.ParseFailIf(text)
		require.ErrorContains(t, err, want, text)
		require.ErrorAs(t, err, new(*gate.SyntaxError))
	}
}

func TestKindsThatThereAreNot(t *testing.T) {
	g, err := gate.ParseFailIf("dedcut.p99 > 5ms")
	require.NoError(t, err)
	require.Equal(t, "dedcut", g.Kind())
	require.EqualError(t, g.CheckKind([]string{"read", "deduct"}),
		`"dedcut.p99 > 5ms", character 1: no operation "dedcut"; did you mean "deduct"?`)
	require.NoError(t, g.CheckKind([]string{"dedcut"}))
	g, err = gate.ParseFailIf("p99 > 5ms")
	require.NoError(t, err)
	require.NoError(t, g.CheckKind(nil))
}

func found(names ...string) *report.Report {
	var all []checkers.Anomaly
	for _, name := range names {
		all = append(all, checkers.Anomaly{Name: name})
	}
	return &report.Report{Verdict: checkers.Reject(all...)}
}

func TestExpectations(t *testing.T) {
	undecided := &report.Report{Verdict: checkers.Undecide("cut off")}
	for _, c := range []struct {
		text       string
		r          *report.Report
		conclusion report.Conclusion
		sentence   string
	}{
		{"lost-update", found("lost-update", "lost-update"), report.Passed, "expected: lost-update, found"},
		{"lost-update", found(), report.GateBroken, "expected lost-update, found nothing: the baseline has changed"},
		{"lost-update", undecided, report.Unproved, "expected lost-update, but the run is undecided"},
		{"lost-update", found("lost-update", "overdraft"), report.Anomalous, "expected lost-update, found overdraft as well"},
		{
			"lost-update", found("overdraft"), report.Anomalous,
			"expected lost-update, found overdraft, and no lost-update: the baseline has changed",
		},
		{"lost-update,overdraft", found("overdraft", "lost-update"), report.Passed, "expected: lost-update, overdraft, found"},
		{
			"lost-update, overdraft", found("overdraft"), report.GateBroken,
			"expected lost-update, overdraft, found overdraft, and no lost-update: the baseline has changed",
		},
		{"lost-update,overdraft?", found("lost-update"), report.Passed, "expected: lost-update, overdraft?, found lost-update"},
		{"lost-update,overdraft?", found("lost-update", "overdraft"), report.Passed, "expected: lost-update, overdraft?, found"},
	} {
		e, err := gate.ParseExpect(c.text)
		require.NoError(t, err)
		gate.Apply(c.r, []gate.Gate{e})
		require.Equal(t, c.sentence, c.r.Gates[0].Sentence())
		require.Equal(t, c.conclusion, c.r.Conclusion(), c.sentence)
	}
}

func TestWrongExpectations(t *testing.T) {
	for text, want := range map[string]string{
		"":                         `character 1: no anomaly ""; there are lost-update, phantom-update`,
		"lost-updates":             `no anomaly "lost-updates"; did you mean "lost-update"?`,
		"lost-update, overdaft":    `character 14: no anomaly "overdaft"; did you mean "overdraft"?`,
		"lost-update,lost-update?": `character 13: lost-update is there twice`,
		"lost-update?":             `one anomaly at least must be without a question mark`,
		"none":                     `no anomaly "none"`,
	} {
		_, err := gate.ParseExpect(text)
		require.ErrorContains(t, err, want, text)
	}
}

// An unexpected anomaly outranks a gate, and that an undecided verdict.
func TestConclusionsAreRanked(t *testing.T) {
	broken, err := gate.ParseFailIf("p99 > 1ns")
	require.NoError(t, err)
	holds, err := gate.ParseFailIf("ops > 1")
	require.NoError(t, err)
	for _, c := range []struct {
		r    *report.Report
		g    gate.Gate
		want report.Conclusion
	}{
		{found(), holds, report.Passed}, {found(), broken, report.GateBroken},
		{found("overdraft"), holds, report.Anomalous}, {found("overdraft"), broken, report.Anomalous},
		{&report.Report{Verdict: checkers.Undecide("x")}, holds, report.Unproved},
		{&report.Report{Verdict: checkers.Undecide("x")}, broken, report.GateBroken},
	} {
		gate.Apply(c.r, []gate.Gate{c.g})
		require.Equal(t, c.want, c.r.Conclusion())
	}
}

// A foreign history has no retries, and nothing was measured where nothing was done.
func TestNothingDoneIsNothingMeasured(t *testing.T) {
	foreign := measured()
	foreign.Foreign = true
	for text, why := range map[string]string{
		"retries > 0": "no operation was made", "retry-rate > 0": "no operation was made",
		"elapsed > 1s": "no operation was made", "throughput > 9": "no operation was made",
	} {
		g, err := gate.ParseFailIf(text)
		require.NoError(t, err)
		got := g.Eval(&report.Report{})
		require.Equal(t, report.Broken, got.Status, text)
		require.Contains(t, got.Measured, why)
	}
	for _, text := range []string{"retries > 200", "retry-rate > 200%"} {
		g, err := gate.ParseFailIf(text)
		require.NoError(t, err)
		require.Equal(t, report.Held, g.Eval(measured()).Status)
		got := g.Eval(foreign)
		require.Equal(t, report.Broken, got.Status, text)
		require.Contains(t, got.Measured, "tells no retries")
	}
}

// What is found in others' histories can be expected as well.
func TestEveryRuleCanBeExpected(t *testing.T) {
	for _, rule := range monitor.Rules() {
		_, err := gate.ParseExpect(rule)
		require.NoError(t, err)
	}
}
