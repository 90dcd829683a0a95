// Package sqloutbox keeps versions of keys and their events in tables of a relational database, and has a relay publish the
// events into another table, which stands for a broker.
//
// Every [Strategy] is written once and runs on each [db.Dialect] where it makes sense.
package sqloutbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/outbox"
)

// Strategy is one way of publishing what was written, and what it must show.
type Strategy = strategy.For[*outbox.Workload, outbox.Input, outbox.Output]

// writer makes a write, in the way of one strategy. One that crashes does so where that is worst, and gives no error.
type writer func(ctx context.Context, s *session, w write) (version int64, err error)

// relay publishes some events, and says how many.
type relay func(ctx context.Context, s *session) (int, error)

// plan is what a strategy does.
type plan struct {
	level   db.Level
	numbers bool // events hold the number of the transaction that wrote them; PostgreSQL only
	write   writer
	batch   int // how many events the relay takes at once
	publish relay
	left    query // counts what the relay has seen and must not publish yet, or nil
}

// target is the tables with one strategy.
type target struct {
	*db.Base
	plan  plan
	stmts *statements
	keys  int
}

func newTarget(d db.Dialect, p plan, dsn string, keys int) *target {
	b := db.NewBase(d, dsn, p.level)
	return &target{Base: b, plan: p, stmts: newStatements(b, p.batch), keys: keys}
}

// Setup connects and makes the tables: of keys and their versions, of events, of what was published, and of where the relay is.
func (t *target) Setup(ctx context.Context) error {
	serial, number := t.Dialect().Serial(), ""
	if t.plan.numbers {
		number = " DEFAULT (pg_current_xact_id()::text::bigint)"
	}
	create := func(suffix, columns string) db.Table {
		text := "CREATE TABLE {t}" + suffix + " (" + columns + ")" + t.Dialect().TableOptions()
		return db.Table{Name: t.Table(suffix), Create: t.SQL(text)}
	}
	const event = ", k INTEGER NOT NULL, version BIGINT NOT NULL, writer BIGINT NOT NULL"
	return t.Begin(ctx, []db.Table{
		create("", "id INTEGER PRIMARY KEY, version BIGINT NOT NULL"),
		create("_events", "id "+serial+event+", created BIGINT NOT NULL, published INTEGER NOT NULL DEFAULT 0, tx BIGINT"+number),
		create("_log", "id "+serial+event),
		create("_relay", "id INTEGER PRIMARY KEY, place BIGINT NOT NULL, tx BIGINT NOT NULL"),
	}, t.fill)
}

// fill makes the keys, and two rows for the relay: its place, and one for writers to lock.
func (t *target) fill(ctx context.Context, c *sql.Conn) error {
	rows := make([]string, t.keys)
	for key := range rows {
		rows[key] = fmt.Sprintf("(%d, 0)", key)
	}
	queries := []string{"INSERT INTO " + t.Table("_relay") + " (id, place, tx) VALUES (0, 0, 0), (1, 0, 0)"}
	for batch := range slices.Chunk(rows, 500) {
		queries = append(queries, "INSERT INTO "+t.Table()+" (id, version) VALUES "+strings.Join(batch, ", "))
	}
	for _, query := range queries {
		if _, err := c.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%s: filling the tables %s*: %w", t.Dialect().Name(), t.Table(), err)
		}
	}
	return nil
}

// Open connects a client, and its second connection, which stands for one to the broker.
func (t *target) Open(ctx context.Context, client int) (harness.Client[outbox.Input, outbox.Output], error) {
	c, err := t.Client(ctx, client)
	if err != nil {
		return nil, err
	}
	broker, err := t.Client(ctx, client)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &session{Client: c, broker: broker, plan: t.plan, stmts: t.stmts}, nil
}
