package spans

import (
	"context"
	"encoding/binary"
	"math/rand/v2"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// IDs draws the IDs of spans, and of all traces but those of operations, which follow from the history:
//
//	sdktrace.NewTracerProvider(sdktrace.WithIDGenerator(spans.IDs()), …)
func IDs() sdktrace.IDGenerator { return generator{} }

type generator struct{}

// NewIDs gives an operation its ID.
func (g generator) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id, ok := ctx.Value(idKey{}).(trace.TraceID)
	if !ok {
		binary.BigEndian.PutUint64(id[:8], rand.Uint64())
		binary.BigEndian.PutUint64(id[8:], rand.Uint64()|1) // never 0
	}
	return id, g.NewSpanID(ctx, id)
}

func (generator) NewSpanID(context.Context, trace.TraceID) (id trace.SpanID) {
	binary.BigEndian.PutUint64(id[:], rand.Uint64()|1)
	return id
}

type idKey struct{}

// idContext says which ID the next root has. It is for starting one span, and goes no further.
type idContext struct {
	context.Context
	id trace.TraceID
}

func withID(ctx context.Context, id trace.TraceID) context.Context { return &idContext{ctx, id} }

func (c *idContext) Value(key any) any {
	if _, ok := key.(idKey); ok {
		return c.id
	}
	return c.Context.Value(key)
}
