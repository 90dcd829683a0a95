package sqloutbox

import (
	"fmt"
	"strings"

	"github.com/lostupdate/stress/targets/sql/db"
)

// statements are the queries on the tables, written for them in one dialect.
type statements struct {
	version, update, insert    string // of a key, and of its event
	place, gate                string // of the relay, locked; the row that writers lock
	after, since, below, left  string // events by number; by time; by transaction, below those that are under way
	unmarked, unmarkedSkipping string // events that were not published, locked; passing over what others have locked
	moveOn, log, mark, ownLog  string
}

// query chooses one of the statements.
type query func(*statements) string

func byNumber(s *statements) string       { return s.after }
func byTime(s *statements) string         { return s.since }
func unmarked(s *statements) string       { return s.unmarked }
func skippingLocked(s *statements) string { return s.unmarkedSkipping }
func aboveHorizon(s *statements) string   { return s.left }

func newStatements(b *db.Base, batch int) *statements {
	lock, skip := " FOR UPDATE", " FOR UPDATE SKIP LOCKED"
	if b.Dialect().Name() == "sqlite" { // a transaction has locked the whole file
		lock, skip = "", ""
	}
	const events = "SELECT id, k, version, writer, created, COALESCE(tx, 0) FROM {t}_events "
	const horizon = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
	limit := fmt.Sprintf(" LIMIT %d", batch)
	q := b.SQL
	return &statements{
		version: q("SELECT version FROM {t} WHERE id = ?" + lock),
		update:  q("UPDATE {t} SET version = ? WHERE id = ?"),
		insert:  q("INSERT INTO {t}_events (k, version, writer, created) VALUES (?, ?, ?, ?)"),
		place:   q("SELECT place, tx FROM {t}_relay WHERE id = 0" + lock),
		gate:    q("SELECT id FROM {t}_relay WHERE id = 1" + lock),
		after:   q(events + "WHERE id > ? ORDER BY id" + limit),
		since:   q(events + "WHERE created > ? ORDER BY created, id" + limit),
		below:   q(events + "WHERE (tx, id) > (?, ?) AND tx < " + horizon + " ORDER BY tx, id" + limit),
		left: q("SELECT count(*) FROM {t}_events WHERE (tx, id) > ((SELECT tx FROM {t}_relay WHERE id = 0), " +
			"(SELECT place FROM {t}_relay WHERE id = 0))"),
		unmarked:         q(events + "WHERE published = 0 ORDER BY id" + limit + lock),
		unmarkedSkipping: q(events + "WHERE published = 0 ORDER BY id" + limit + skip),
		moveOn:           q("UPDATE {t}_relay SET place = ?, tx = ? WHERE id = 0"),
		log:              b.SQL("INSERT INTO {t}_log (k, version, writer) VALUES "),
		mark:             b.SQL("UPDATE {t}_events SET published = 1 WHERE id IN "),
		ownLog:           q("SELECT version, writer FROM {t}_log WHERE k = ? ORDER BY id"),
	}
}

// event is a row of events.
type event struct{ id, key, version, writer, created, tx int64 }

func eventsOf(rows [][]int64) []event {
	all := make([]event, len(rows))
	for i, r := range rows {
		all[i] = event{r[0], r[1], r[2], r[3], r[4], r[5]}
	}
	return all
}

// list writes something of every event, separated by commas.
func list(all []event, of func(event) string) string {
	parts := make([]string, len(all))
	for i, e := range all {
		parts[i] = of(e)
	}
	return strings.Join(parts, ", ")
}

func (e event) row() string    { return fmt.Sprintf("(%d, %d, %d)", e.key, e.version, e.writer) }
func (e event) number() string { return fmt.Sprint(e.id) }
