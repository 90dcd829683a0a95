package spans_test

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace/noop"
	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/live/spans"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/steps/httpsteps"
	"github.com/lostupdate/stress/workloads/counter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// collector is a receiver of OTLP over HTTP.
type collector struct {
	mu       sync.Mutex
	spans    []*tracepb.Span
	resource map[string]string
	header   http.Header
	answer   func(w http.ResponseWriter) // in the place of a success
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request coltrace.ExportTraceServiceRequest
	if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &request) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if c.answer != nil {
		c.answer(w)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.header = r.Header
	for _, from := range request.ResourceSpans {
		c.resource = map[string]string{}
		for _, a := range from.Resource.Attributes {
			c.resource[a.Key] = a.Value.GetStringValue()
		}
		for _, s := range from.ScopeSpans {
			c.spans = append(c.spans, s.Spans...)
		}
	}
}

func (c *collector) start(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	return s
}

// service is a number behind HTTP that loses updates, and notes the traces that it sees.
type service struct {
	mu     sync.Mutex
	value  int64
	traces map[string]map[string]bool // trace ID to the IDs of the spans that called
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if parts := strings.Split(r.Header.Get("traceparent"), "-"); len(parts) == 4 {
		if s.traces[parts[1]] == nil {
			s.traces[parts[1]] = map[string]bool{}
		}
		s.traces[parts[1]][parts[2]] = true
	}
	if r.Method == http.MethodPut {
		body, _ := io.ReadAll(r.Body)
		s.value, _ = strconv.ParseInt(string(body), 10, 64)
	}
	_, _ = io.WriteString(w, strconv.FormatInt(s.value, 10))
}

// propagated puts the header of W3C on each request, as the instrumentation of an application does.
type propagated struct{ base http.RoundTripper }

func (p propagated) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	propagation.TraceContext{}.Inject(r.Context(), propagation.HeaderCarrier(r.Header))
	return p.base.RoundTrip(r)
}

// caller is code that knows nothing of spans nor steps: it reads, and writes what it has added.
type caller struct {
	http *http.Client
	url  string
}

func (c caller) call(ctx context.Context, method string, n int64) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.url, strings.NewReader(strconv.FormatInt(n, 10)))
	if err != nil {
		return 0, err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(body), 10, 64)
}

func (c caller) do(ctx context.Context, in counter.Input) (counter.Output, error) {
	before, err := c.call(ctx, http.MethodGet, 0)
	if err != nil || in.Kind == counter.Read {
		return counter.Output{Value: before}, err
	}
	_, err = c.call(ctx, http.MethodPut, before+in.Delta)
	return counter.Output{Value: before + in.Delta, Before: before, Seen: true}, err
}

func workload(t *testing.T) *counter.Workload {
	t.Helper()
	w, err := counter.New(counter.Config{})
	require.NoError(t, err)
	return w
}

func serve(t *testing.T) (*service, caller) {
	t.Helper()
	s := &service{traces: map[string]map[string]bool{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return s, caller{&http.Client{Transport: httpsteps.Transport{Base: propagated{transport}}}, server.URL}
}

// lose runs until an update is lost, and gives the report.
func lose(t *testing.T, c caller, opts ...harness.Option) (*report.Report, *harness.Result[counter.Input, counter.Output]) {
	t.Helper()
	w := workload(t)
	r, err := harness.Run(t.Context(), harness.Func(c.do), w, append(opts, harness.Clients(2), harness.Ops(20),
		harness.WithScheduler(harness.Lockstep(time.Minute)))...)
	require.NoError(t, err)
	require.Equal(t, checkers.Invalid, r.Verdict.Status)
	require.Equal(t, checkers.LostUpdate, r.Verdict.Anomalies[0].Name)
	return harness.Report(w, r), r
}

// TestATraceOfTheServiceIsJoinedToTheOperationThatLost is what all this is for.
func TestATraceOfTheServiceIsJoinedToTheOperationThatLost(t *testing.T) {
	var to collector
	s, c := serve(t)
	export, err := spans.To(t.Context(), to.start(t).URL, attribute.String("stress.target", "service"))
	require.NoError(t, err)
	told, run := lose(t, c, export.Option())
	require.Empty(t, export.Close(t.Context(), time.Minute).String())

	require.NotEmpty(t, told.Evidence)
	for _, e := range told.Evidence {
		require.Len(t, e.Trace, 32)
		require.Contains(t, s.traces, e.Trace, "the service saw op #%d", e.Op)
		require.Contains(t, textOf(t, told), e.Trace)
	}
	require.Equal(t, "service", to.resource["stress.target"])
	require.Equal(t, "stress", to.resource["service.name"])
	roots, steps := byTrace(to.spans)
	require.Len(t, roots, len(run.History.Ops))
	for i := range run.History.Ops {
		op := &run.History.Ops[i]
		id, ok := run.History.Info.TraceID(op.Client, run.History.Nth(i))
		require.True(t, ok)
		root := roots[id]
		require.NotNil(t, root, "op #%d", i)
		require.Equal(t, "stress "+workload(t).Class(op.Input).Kind, root.Name)
		require.Empty(t, root.ParentSpanId)
		require.Equal(t, op.Outcome.String(), attributes(root)["stress.outcome"])
		require.Equal(t, op.Phase.String(), attributes(root)["stress.phase"])
		text := attributes(root)["stress.input"]
		if answer := attributes(root)["stress.output"]; answer != "" {
			text += " → " + answer
		}
		require.Equal(t, workload(t).Describe(op), text)
		want := []string{"GET /", "PUT /"}
		if op.Phase == history.Final {
			want = want[:1]
		}
		var names []string
		for _, step := range steps[id] {
			names = append(names, step.Name)
			require.Equal(t, root.SpanId, step.ParentSpanId)
			require.True(t, s.traces[id.String()][trace(step.SpanId)], "the request is a part of its step")
		}
		require.Equal(t, want, names)
	}
}

func textOf(t *testing.T, r *report.Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, r.Text(&b, report.Style{}))
	return b.String()
}

func trace(id []byte) string { return hex.EncodeToString(id) }

func byTrace(all []*tracepb.Span) (roots map[history.TraceID]*tracepb.Span, steps map[history.TraceID][]*tracepb.Span) {
	roots, steps = map[history.TraceID]*tracepb.Span{}, map[history.TraceID][]*tracepb.Span{}
	for _, s := range all {
		id := history.TraceID(s.TraceId)
		if strings.HasPrefix(s.Name, "stress ") {
			roots[id] = s
		} else {
			steps[id] = append(steps[id], s)
		}
	}
	for _, some := range steps {
		slices.SortFunc(some, func(a, b *tracepb.Span) int { return cmp.Compare(a.StartTimeUnixNano, b.StartTimeUnixNano) })
	}
	return roots, steps
}

func attributes(s *tracepb.Span) map[string]string {
	all := map[string]string{}
	for _, a := range s.Attributes {
		all[a.Key] = a.Value.GetStringValue()
	}
	return all
}

// TestOutcomesAreTold holds that an operation which failed, one that is unknown and one that never returned have their spans.
func TestOutcomesAreTold(t *testing.T) {
	var to collector
	export, err := spans.To(t.Context(), to.start(t).URL)
	require.NoError(t, err)
	back := make(chan struct{})
	do := func(_ context.Context, in counter.Input) (counter.Output, error) {
		switch calls.Add(1) {
		case 1:
			return counter.Output{}, harness.NotApplied(errors.New("refused"))
		case 2:
			return counter.Output{}, errors.New("the line is dead\nand more")
		case 3:
			<-back
		case 4:
			panic("boom")
		}
		return counter.Output{Value: in.Delta}, nil
	}
	calls.Store(0)
	_, err = harness.Run(t.Context(), harness.Func(do), workload(t), harness.Clients(1), harness.Ops(5), export.Option(),
		harness.WithScheduler(nil), harness.Timeout(10*time.Millisecond), harness.AllowVacuous())
	require.NoError(t, err)
	close(back)
	require.Empty(t, export.Close(t.Context(), time.Minute).String())
	said := map[string]string{}
	for _, s := range to.spans {
		if s.Status != nil && s.Status.Code == tracepb.Status_STATUS_CODE_ERROR {
			said[s.Status.Message] = attributes(s)["stress.outcome"]
		}
	}
	require.Equal(t, map[string]string{
		"refused": "failed", "the line is dead": "unknown", "the target panicked: boom": "unknown",
		"the call did not return, and is waited for no longer": "unknown",
	}, said)
}

var calls atomic.Int32

// TestWhatIsNotSentIsTold has the collector down, refuse, refuse a part, and hang.
func TestWhatIsNotSentIsTold(t *testing.T) {
	hang := make(chan struct{})
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		says   string
	}{
		"refused": {func(w http.ResponseWriter) { http.Error(w, "not you", http.StatusForbidden) }, "not you"},
		"in part": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/x-protobuf")
			body, _ := proto.Marshal(&coltrace.ExportTraceServiceResponse{
				PartialSuccess: &coltrace.ExportTracePartialSuccess{RejectedSpans: 2, ErrorMessage: "too old"},
			})
			_, _ = w.Write(body)
		}, "too old"},
		"hangs": {func(http.ResponseWriter) { <-hang }, "it has not answered in time"},
		"down":  {nil, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			to := collector{answer: c.answer}
			server := to.start(t)
			if c.answer == nil {
				server.Close()
			}
			export, err := spans.To(t.Context(), server.URL)
			require.NoError(t, err)
			_, service := serve(t)
			told, _ := lose(t, service, export.Option())
			require.NotEmpty(t, told.Evidence[0].Trace)
			most := time.Minute
			if name == "hangs" || name == "down" {
				most = 50 * time.Millisecond
			}
			loss := export.Close(t.Context(), most)
			if name == "hangs" {
				close(hang)
			}
			require.Positive(t, loss.Of)
			require.Equal(t, loss.Of, loss.Spans)
			require.Contains(t, loss.String(), c.says)
		})
	}
}

// TestSpansThatComeTooFastAreCounted has a queue of one span and a collector that takes its time.
func TestSpansThatComeTooFastAreCounted(t *testing.T) {
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")
	t.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")
	go1, taken := make(chan struct{}), atomic.Int64{}
	to := collector{answer: func(http.ResponseWriter) { <-go1; taken.Add(1) }}
	export, err := spans.To(t.Context(), to.start(t).URL)
	require.NoError(t, err)
	_, service := serve(t)
	lose(t, service, export.Option())
	close(go1)
	loss := export.Close(t.Context(), time.Minute)
	require.Positive(t, loss.Spans)
	require.Equal(t, loss.Of, loss.Spans+taken.Load())
	require.NoError(t, loss.Err)
	require.Contains(t, loss.String(), "were dropped")
}

func TestHeadersComeFromTheEnvironment(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20x")
	t.Setenv("OTEL_SERVICE_NAME", "mine")
	var to collector
	export, err := spans.To(t.Context(), to.start(t).URL+"/")
	require.NoError(t, err)
	_, service := serve(t)
	lose(t, service, export.Option())
	require.Empty(t, export.Close(t.Context(), time.Minute).String())
	require.Equal(t, "Bearer x", to.header.Get("Authorization"))
	require.Equal(t, "mine", to.resource["service.name"])
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, address := range []string{
		"", "127.0.0.1:4318", "ftp://x", "http://", "http://u:secret@x", "http://x/?q=1", "http://\x7f",
	} {
		_, err := spans.To(t.Context(), address)
		require.ErrorIs(t, err, spans.ErrURL, address)
		require.NotContains(t, err.Error(), "secret")
	}
}

// TestOtherProviders holds that a provider with its own IDs has the traces that the report names, as children of a span that
// nobody has sent, and that one which makes no traces leaves none in the report.
func TestOtherProviders(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	p := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	s, c := serve(t)
	told, run := lose(t, c, spans.Option(p))
	for _, e := range told.Evidence {
		require.Contains(t, s.traces, e.Trace)
	}
	roots := 0
	for _, span := range recorder.Ended() {
		if strings.HasPrefix(span.Name(), "stress ") {
			roots++
			require.True(t, span.Parent().IsRemote())
		}
	}
	require.Len(t, run.History.Ops, roots)

	told, run = lose(t, c, spans.Option(noop.NewTracerProvider()))
	require.Empty(t, run.History.Info.Trace)
	require.Empty(t, told.Evidence[0].Trace)
}
