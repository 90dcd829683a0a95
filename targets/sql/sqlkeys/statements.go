package sqlkeys

import (
	"github.com/lostupdate/stress/targets/sql/db"
)

// statements are the queries on a table of results, written for it in one dialect. An insertion gives the row's ID, and
// 1 if it has just been inserted.
type statements struct {
	get, getLocked, count string
	insert, insertOrNot   string
	upsert                string
	insertOrFind          string // PostgreSQL only
}

func newStatements(b *db.Base) *statements {
	q := b.SQL
	s := &statements{
		get:       q("SELECT id FROM {t} WHERE k = ? ORDER BY id LIMIT 1"),
		getLocked: q("SELECT id FROM {t} WHERE k = ? ORDER BY id LIMIT 1 FOR UPDATE"),
		count:     q("SELECT count(*) FROM {t} WHERE k = ?"),
	}
	if !b.Dialect().Returning() {
		s.insert = q("INSERT INTO {t} (k) VALUES (?)")
		s.insertOrNot = q("INSERT IGNORE INTO {t} (k) VALUES (?)")
		// It counts 1 row as changed if it inserted one, and 2 if it changed the one that was there.
		s.upsert = q("INSERT INTO {t} (k) VALUES (?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), asked = asked + 1")
		return s
	}
	s.insert = q("INSERT INTO {t} (k) VALUES (?) RETURNING id, asked")
	s.insertOrNot = q("INSERT INTO {t} (k) VALUES (?) ON CONFLICT (k) DO NOTHING RETURNING id, asked")
	s.upsert = q("INSERT INTO {t} (k) VALUES (?) ON CONFLICT (k) DO UPDATE SET asked = {t}.asked + 1 RETURNING id, asked")
	s.insertOrFind = q("WITH new AS (INSERT INTO {t} (k) VALUES ($1) ON CONFLICT (k) DO NOTHING RETURNING id) " +
		"SELECT id, 1 FROM new UNION ALL SELECT id, 2 FROM {t} WHERE k = $1 LIMIT 1")
	return s
}

// create gives the statement that makes a table of results, with a constraint that makes keys unique or without. The database
// numbers the rows.
func create(b *db.Base, constraint bool) string {
	d, unique, index := b.Dialect(), "", ""
	switch {
	case constraint:
		unique = " UNIQUE"
	case d.Name() == "mariadb":
		index = ", KEY (k)" // without one, a transaction that locks the rows of a key locks all
	}
	return b.SQL("CREATE TABLE {t} (id " + d.Serial() + ", k INTEGER NOT NULL" + unique + ", asked INTEGER NOT NULL DEFAULT 1" +
		index + ")" + d.TableOptions())
}
