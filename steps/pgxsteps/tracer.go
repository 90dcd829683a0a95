// Package pgxsteps gives code that uses pgx its steps, with no change to that code: only the configuration of its
// connections gets a tracer, with [Add]. It serves pgx.Conn, pgxpool and pgx's driver for database/sql.
//
//	config, err := pgxpool.ParseConfig(dsn)
//	pgxsteps.Add(config.ConnConfig)
//	pool, err := pgxpool.NewWithConfig(ctx, config)
package pgxsteps

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/steps/internal/label"
)

// Add has the connections that are made with the configuration take steps; for a pool, it is the ConnConfig of the
// pool's. A tracer that is there already is kept, and does not see the time that a client is held.
func Add(config *pgx.ConnConfig) {
	if config.Tracer == nil {
		config.Tracer = Tracer{}
		return
	}
	config.Tracer = multitracer.New(Tracer{}, config.Tracer)
}

// Tracer makes each query one [harness.Step], named by the first words of its SQL, such as "SELECT balance FROM wallet…".
// So are begin, commit and rollback, which pgx sends as queries; a batch, such as "batch: SELECT balance FROM wallet…";
// and a copy, such as "copy wallet". Connecting, pinging, preparing and reading rows are none. A query finds its step
// through the context that it is given. Outside of the harness, nothing changes.
//
// If a step may not be taken, pgx sends nothing and gives the error of a context that was done before.
//
// A tracer is told when pgx is about to send something, and when all rows have been read. What a client does between
// reading two rows must not count as one with the query, so that the step ends when the query is sent: a scheduler hears
// of its end then, and the client takes no other step before the query has been sent.
type Tracer struct{}

var _ interface {
	pgx.QueryTracer
	pgx.BatchTracer
	pgx.CopyFromTracer
} = Tracer{}

// TraceQueryStart takes the step of a query.
func (Tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	return step(ctx, label.SQL(q.SQL))
}

// TraceQueryEnd does nothing.
func (Tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart takes the step of a batch.
func (Tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	name := "batch"
	if b.Batch != nil && len(b.Batch.QueuedQueries) > 0 {
		name = fmt.Sprintf("batch: %s", label.SQL(b.Batch.QueuedQueries[0].SQL))
	}
	return step(ctx, name)
}

// TraceBatchQuery does nothing: the queries of a batch are sent in one go.
func (Tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd does nothing.
func (Tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// TraceCopyFromStart takes the step of a copy.
func (Tracer) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, c pgx.TraceCopyFromStartData) context.Context {
	name := "copy"
	if n := len(c.TableName); n > 0 {
		name = label.Words("copy " + c.TableName[n-1])
	}
	return step(ctx, name)
}

// TraceCopyFromEnd does nothing.
func (Tracer) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

// step takes a step which is nothing but the wait for it. A tracer can't stop a query with an error, but with a context
// that is done.
func step(ctx context.Context, name string) context.Context {
	_, err := harness.Step(ctx, name, func(context.Context) (struct{}, error) { return struct{}{}, nil })
	if err == nil {
		return ctx
	}
	done, cancel := context.WithCancelCause(ctx)
	cancel(err)
	return done
}
