package spans

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
)

// Bounds of what is kept for the collector, which the variables OTEL_BSP_… override.
const (
	queue  = 1 << 15 // spans
	batch  = 1 << 11
	export = 5 * time.Second
)

// errUnanswered is why spans were given up at the end.
var errUnanswered = errors.New("it has not answered in time")

// ErrURL marks an address of a collector that is none.
var ErrURL = errors.New("not the address of a collector")

// Export sends spans to a collector by OTLP over HTTP.
type Export struct {
	provider *sdktrace.TracerProvider
	sent     *counted
}

// To makes an export to a collector, such as "http://127.0.0.1:4318", to which the path of traces is added. The variables
// OTEL_EXPORTER_OTLP_HEADERS, _CERTIFICATE, _TIMEOUT and _COMPRESSION, OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME and OTEL_BSP_…
// have their standard meaning. Nothing is sent before the first spans. About is what the resource says besides. An error wraps
// [ErrURL], or says what is wrong with a variable.
func To(ctx context.Context, collector string, about ...attribute.KeyValue) (*Export, error) {
	address, err := traces(collector)
	if err != nil {
		return nil, err
	}
	if err := variables(); err != nil {
		return nil, err
	}
	to, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{
			Enabled: true, InitialInterval: 100 * time.Millisecond, MaxInterval: time.Second, MaxElapsedTime: export,
		}))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrURL, err)
	}
	from, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "stress")),
		resource.WithTelemetrySDK(), resource.WithAttributes(about...), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	c := &counted{SpanExporter: to, drained: make(chan struct{})}
	c.stopped, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	return &Export{
		sent: c,
		provider: sdktrace.NewTracerProvider(sdktrace.WithIDGenerator(IDs()), sdktrace.WithResource(from),
			sdktrace.WithSpanProcessor(&c.ended), sdktrace.WithBatcher(c, bounds()...)),
	}, nil
}

// traces is where traces go.
func traces(collector string) (string, error) {
	u, err := url.Parse(collector)
	switch {
	case err != nil:
		// The error holds the address, and that may hold a password.
		return "", fmt.Errorf("%w: it does not parse: give a URL such as http://127.0.0.1:4318", ErrURL)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return "", fmt.Errorf("%w: give a URL such as http://127.0.0.1:4318", ErrURL)
	case u.User != nil:
		return "", fmt.Errorf("%w: leave user and password out of it, and set OTEL_EXPORTER_OTLP_HEADERS", ErrURL)
	case u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%w: a query or a fragment would be left out", ErrURL)
	}
	if !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), "/v1/traces") {
		u = u.JoinPath("v1/traces")
	}
	return u.String(), nil
}

// bounds are those that no variable sets.
func bounds() (opts []sdktrace.BatchSpanProcessorOption) {
	for name, o := range map[string]sdktrace.BatchSpanProcessorOption{
		"OTEL_BSP_MAX_QUEUE_SIZE":        sdktrace.WithMaxQueueSize(queue),
		"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": sdktrace.WithMaxExportBatchSize(batch),
		"OTEL_BSP_EXPORT_TIMEOUT":        sdktrace.WithExportTimeout(2 * export),
		"OTEL_BSP_SCHEDULE_DELAY":        sdktrace.WithBatchTimeout(time.Second),
	} {
		if os.Getenv(name) == "" {
			opts = append(opts, o)
		}
	}
	return opts
}

// Option has a run make spans for the export.
func (e *Export) Option() harness.Option { return Option(e.provider) }

// Close sends what is left, and gives up what can't be sent in some time; no span may be made any more. It says what was lost, or
// nothing. It also returns in time if ctx is done.
func (e *Export) Close(ctx context.Context, most time.Duration) Loss {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	_ = e.provider.Shutdown(limited) // what it could not send is counted
	e.sent.stop()
	<-e.sent.drained // what is still to be sent fails at once
	return e.sent.loss()
}

// Loss is what may not have got to the collector.
type Loss struct {
	Spans, Of int64 // a batch of which the collector refused a part counts as a whole
	Err       error // why, of the last batch; nil if spans were dropped since they came faster than they could be sent
}

// String says what was lost, or nothing.
func (l Loss) String() string {
	switch {
	case l.Spans == 0:
		return ""
	case l.Err == nil:
		return fmt.Sprintf("%d of %d spans were dropped, as they came faster than the collector took them: lower the rate of "+
			"operations, or set OTEL_BSP_MAX_QUEUE_SIZE", l.Spans, l.Of)
	}
	return fmt.Sprintf("%d of %d spans did not get to the collector: %s", l.Spans, l.Of, shown(l.Err.Error()))
}

// mostShown bounds what is shown of an answer.
const mostShown = 300

// shown is a text that the collector may have a part in, without what would move the cursor, and not all of it if it is long.
func shown(text string) string {
	runes := []rune(report.Clean(text))
	if len(runes) > mostShown {
		return string(runes[:mostShown]) + "…"
	}
	return string(runes)
}

// counted counts the spans that were sent. Whoever sends them is told of no error, since all are told of once, at the end.
type counted struct {
	sdktrace.SpanExporter
	ended   ended
	sent    atomic.Int64
	stopped context.Context // done when nothing is to be sent any more
	stop    context.CancelFunc
	drained chan struct{}

	mu  sync.Mutex
	err error
}

// ended counts the spans that are to be sent.
type ended struct{ atomic.Int64 }

// OnStart does nothing.
func (*ended) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd counts a span.
func (e *ended) OnEnd(s sdktrace.ReadOnlySpan) {
	if s.SpanContext().IsSampled() {
		e.Add(1)
	}
}

// Shutdown does nothing.
func (*ended) Shutdown(context.Context) error { return nil }

// ForceFlush does nothing.
func (*ended) ForceFlush(context.Context) error { return nil }

// ExportSpans sends some.
func (c *counted) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.stopped, cancel)()
	err := c.SpanExporter.ExportSpans(ctx, spans)
	if err == nil {
		c.sent.Add(int64(len(spans)))
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch stopped := c.stopped.Err() != nil; {
	case !stopped:
		c.err = err
	case c.err == nil: // what came before tells more
		c.err = errUnanswered
	}
	return nil
}

// Shutdown comes when there is nothing more to send.
func (c *counted) Shutdown(ctx context.Context) error {
	defer close(c.drained)
	return c.SpanExporter.Shutdown(ctx)
}

func (c *counted) loss() Loss {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.ended.Load()
	return Loss{Spans: of - c.sent.Load(), Of: of, Err: c.err}
}
