package spans_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/live/spans"
	"github.com/lostupdate/stress/workloads/counter"
)

// A test hands its own provider over; here one that keeps the spans. The report names the traces of the operations that lost.
func ExampleOption() {
	kept := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithIDGenerator(spans.IDs()), sdktrace.WithSyncer(kept))

	var value atomic.Int64
	likes := func(ctx context.Context, in counter.Input) (counter.Output, error) { // reads, and writes one more
		before, err := harness.Step(ctx, "read likes", func(context.Context) (int64, error) { return value.Load(), nil })
		if err != nil || in.Kind == counter.Read {
			return counter.Output{Value: before}, err
		}
		_, err = harness.Step(ctx, "write likes", func(context.Context) (any, error) {
			value.Store(before + in.Delta)
			return nil, nil
		})
		return counter.Output{Value: before + in.Delta, Before: before, Seen: true}, err
	}
	w, err := counter.New(counter.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := harness.Run(context.Background(), harness.Func(likes), w, harness.Clients(2), harness.Ops(2),
		harness.WithScheduler(harness.Lockstep(time.Minute)), spans.Option(provider))
	if err != nil {
		fmt.Println(err)
		return
	}
	lost := harness.Report(w, result).Evidence[0]
	for _, span := range kept.GetSpans() {
		if span.SpanContext.TraceID().String() == lost.Trace {
			fmt.Println(span.Name)
		}
	}
	// Output:
	// read likes
	// write likes
	// stress add
}
