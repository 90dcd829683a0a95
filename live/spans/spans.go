// Package spans makes OpenTelemetry spans of the operations of a run, each the root of a trace of its own, and of their steps.
// What the system under test traces itself is a part of that trace, as far as it hands on the context or the header traceparent.
// The traces have IDs that follow from the history ([history.Info.TraceID]), so that a report names those of the operations
// that lost.
package spans

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

// scope is what the spans say that they come from.
const scope = "github.com/lostupdate/stress/live/spans"

// Option has spans made of each operation and step of a run. The provider stays the caller's, and so does flushing it.
//
// One that was made with [IDs] makes each operation a root. Any other draws the IDs of its traces, so that an operation has to
// be shown as the child of a span that nobody has sent.
func Option(p trace.TracerProvider) harness.Option {
	return harness.Observe(func(head *history.Info) harness.Observer { return begin(p, head) })
}

// observer makes the spans of one run.
type observer struct {
	tracer trace.Tracer
	head   *history.Info // of this run alone; nil if the provider makes no traces
	parent trace.SpanID  // of the span that nobody has sent; none if operations are roots
}

func begin(p trace.TracerProvider, head *history.Info) harness.Observer {
	run := make([]byte, 8)
	binary.BigEndian.PutUint64(run, rand.Uint64()|1) // never 0
	o := &observer{
		tracer: p.Tracer(scope, trace.WithInstrumentationAttributes(
			attribute.String("stress.workload", head.Workload), attribute.String("stress.target", head.Target),
			attribute.String("stress.strategy", head.Strategy), attribute.Int64("stress.seed", int64(head.Seed)))),
	}
	own := &history.Info{Trace: hex.EncodeToString(run)}
	// A span that is never ended is sent to nobody. It shows whose IDs the provider takes.
	want := idOf(own, -1, 0)
	_, probe := o.tracer.Start(withID(context.Background(), want), "stress", trace.WithNewRoot())
	switch got := probe.SpanContext().TraceID(); {
	case !got.IsValid():
		return o // the provider makes none
	case got != want:
		copy(o.parent[:], run)
	}
	o.head, head.Trace = own, own.Trace
	return o
}

func idOf(head *history.Info, client int32, n int) trace.TraceID {
	id, _ := head.TraceID(client, n)
	return trace.TraceID(id)
}

// Operation begins a trace.
func (o *observer) Operation(ctx context.Context, op harness.Operation) (context.Context, func(harness.Ending)) {
	if o.head == nil {
		return ctx, func(harness.Ending) {}
	}
	attributes := make([]attribute.KeyValue, 0, 5)
	attributes = append(attributes, attribute.Int("stress.client", int(op.Client)), attribute.Int("stress.seq", op.Nth),
		attribute.String("stress.kind", op.Class.Kind), attribute.String("stress.phase", op.Phase.String()))
	if !op.Class.Whole {
		attributes = append(attributes, attribute.Int64("stress.object", int64(op.Class.Key)))
	}
	opts := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attributes...)}
	id := idOf(o.head, op.Client, op.Nth)
	var within context.Context
	if o.parent.IsValid() {
		within = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: id, SpanID: o.parent, TraceFlags: trace.FlagsSampled, Remote: true,
		}))
	} else {
		within, opts = withID(ctx, id), append(opts, trace.WithNewRoot())
	}
	_, span := o.tracer.Start(within, "stress "+op.Class.Kind, opts...)
	return trace.ContextWithSpan(ctx, span), func(e harness.Ending) { end(span, e) }
}

func end(span trace.Span, e harness.Ending) {
	asked, answered, _ := strings.Cut(e.Text, " → ")
	span.SetAttributes(attribute.String("stress.outcome", e.Outcome.String()), attribute.String("stress.input", asked))
	if answered != "" {
		span.SetAttributes(attribute.String("stress.output", answered))
	}
	if e.Retries > 0 {
		span.SetAttributes(attribute.Int("stress.retries", e.Retries))
	}
	if e.Outcome != history.OK {
		span.SetStatus(codes.Error, textOf(e.Err))
	}
	span.End()
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	line, _, _ := strings.Cut(err.Error(), "\n") // what follows may be a stack
	return line
}

// Step is a child of its operation's span.
func (o *observer) Step(ctx context.Context, name string) (context.Context, func(error)) {
	if o.head == nil {
		return ctx, func(error) {}
	}
	ctx, span := o.tracer.Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, textOf(err))
		}
		span.End()
	}
}
