package metrics_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/live/metrics"
	"github.com/lostupdate/stress/workloads/counter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func started(t *testing.T, w *harness.Watch) *metrics.Server {
	t.Helper()
	s, err := metrics.Listen(t.Context(), "0")
	require.NoError(t, err)
	require.True(t, s.Loopback())
	require.NoError(t, s.Serve(metrics.Collector(w, metrics.Run{Target: "x", Workload: "counter", Strategy: "y", Seed: 7})))
	return s
}

// scrape reads what there is.
func scrape(t *testing.T, s *metrics.Server) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get(s.URL())
	require.NoError(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, r.StatusCode)
	return string(body)
}

// TestScrapesOfARun looks before, in the middle, where three clients are held in their operation, and after the end.
func TestScrapesOfARun(t *testing.T) {
	var w harness.Watch
	s := started(t, &w)
	before := scrape(t, s)
	require.Contains(t, before, `stress_run_info{seed="7",strategy="y",target="x",workload="counter"} 1`)
	require.Contains(t, before, "stress_clients 0")
	require.NotContains(t, before, "stress_violation ")

	var mu sync.Mutex
	value, calls := int64(0), 0
	held := make(chan struct{})
	var middle string
	do := func(ctx context.Context, in counter.Input) (counter.Output, error) {
		mu.Lock()
		n := calls
		calls++
		mu.Unlock()
		if n == 10 {
			defer close(held)
			middle = scrape(t, s)
		} else if n > 10 && n < 13 {
			<-held
		}
		if n == 5 {
			harness.Retried(ctx)
			return counter.Output{}, harness.NotApplied(io.ErrUnexpectedEOF)
		}
		mu.Lock()
		defer mu.Unlock()
		value += in.Delta
		return counter.Output{Value: value}, nil
	}
	workload, err := counter.New(counter.Config{})
	require.NoError(t, err)
	r, err := harness.Run(t.Context(), harness.Func(do), workload, harness.Clients(3), harness.Ops(40), harness.Watching(&w),
		harness.WithScheduler(nil), harness.AllowVacuous())
	require.NoError(t, err)

	require.Contains(t, middle, "stress_clients 3")
	require.NotContains(t, middle, "stress_operations_in_flight 0")
	require.Contains(t, middle, `stress_operations_total{kind="add",outcome="failed"} 1`)
	require.NotContains(t, middle, "stress_violation ")

	after := scrape(t, s)
	require.EqualValues(t, 39, r.Stats.OK)
	require.Contains(t, after, `stress_operations_total{kind="add",outcome="ok"} 39`)
	require.Contains(t, after, `stress_operation_duration_seconds_bucket{kind="add",outcome="ok",le="+Inf"} 39`)
	require.Contains(t, after, `stress_operation_duration_seconds_count{kind="add",outcome="failed"} 1`)
	require.Contains(t, after, "stress_retries_total 1")
	require.Contains(t, after, "stress_operations_in_flight 0")
	require.Contains(t, after, "stress_clients 0")
	require.Contains(t, after, "stress_violation 0")
	require.NoError(t, s.Close())
	_, err = net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.URL(), "http://"), "/metrics"))
	require.Error(t, err, "the server is gone")
}

// TestNamesFollowTheConventions has the linter of Prometheus look at every metric that there is after a run.
func TestNamesFollowTheConventions(t *testing.T) {
	var w harness.Watch
	workload, err := counter.New(counter.Config{})
	require.NoError(t, err)
	_, err = harness.Run(t.Context(), harness.Func(func(context.Context, counter.Input) (counter.Output, error) {
		return counter.Output{}, nil
	}), workload, harness.Ops(20), harness.Watching(&w))
	require.NoError(t, err)
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(metrics.Collector(&w, metrics.Run{})))
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	require.Empty(t, problems)
	n, err := testutil.GatherAndCount(registry, "stress_operations_total", "stress_operation_duration_seconds",
		"stress_operations_abandoned_total", "stress_retries_total", "stress_operations_in_flight", "stress_clients",
		"stress_elapsed_seconds", "stress_run_info", "stress_violation")
	require.NoError(t, err)
	require.Equal(t, 9, n)
	require.InDelta(t, 1, testutil.ToFloat64(only{metrics.Collector(&w, metrics.Run{}), "stress_violation"}), 0, "updates are lost")
}

// only is one metric of a collector.
type only struct {
	prometheus.Collector
	name string
}

func (o only) Collect(to chan<- prometheus.Metric) {
	all := make(chan prometheus.Metric)
	go func() { defer close(all); o.Collector.Collect(all) }()
	for m := range all {
		if regexp.MustCompile(`fqName: "` + o.name + `"`).MatchString(m.Desc().String()) {
			to <- m
		}
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"9464": "127.0.0.1:9464", ":9464": "127.0.0.1:9464", "0": "127.0.0.1:0", "localhost:80": "localhost:80",
		"[::1]:9464": "[::1]:9464", "0.0.0.0:9464": "0.0.0.0:9464",
	} {
		got, err := metrics.Address(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", ":", "x", "localhost", ":http", "1.2.3.4", "::1:9464", ":70000", ":-1"} {
		_, err := metrics.Address(text)
		require.ErrorIs(t, err, metrics.ErrAddress, text)
	}
}

func TestAnAddressInUse(t *testing.T) {
	s, err := metrics.Listen(t.Context(), "0")
	require.NoError(t, err)
	defer s.Close()
	_, err = metrics.Listen(t.Context(), strings.TrimSuffix(strings.TrimPrefix(s.URL(), "http://"), "/metrics"))
	require.ErrorIs(t, err, metrics.ErrInUse)
}

// A kind that is no text must not end the run of whoever is asked for figures.
func TestKindsThatAreNoText(t *testing.T) {
	require.NotPanics(t, func() { metrics.Collector(&harness.Watch{}, metrics.Run{Target: "a\xff", Strategy: "\xfe"}) })
}
