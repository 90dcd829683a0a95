package sql

import "strings"

// keyStatements are the queries on a table of results, written for it in one dialect. An insertion gives the row's ID, and
// 1 if it has just been inserted.
type keyStatements struct {
	get, getLocked, count string
	insert, insertOrNot   string
	upsert                string
	insertOrFind          string // PostgreSQL only
}

func newKeyStatements(d Dialect, table string) *keyStatements {
	q := func(query string) string { return d.rebind(strings.ReplaceAll(query, "{t}", table)) }
	s := &keyStatements{
		get:       q("SELECT id FROM {t} WHERE k = ? ORDER BY id LIMIT 1"),
		getLocked: q("SELECT id FROM {t} WHERE k = ? ORDER BY id LIMIT 1 FOR UPDATE"),
		count:     q("SELECT count(*) FROM {t} WHERE k = ?"),
	}
	if d.found() != "" {
		s.insert = q("INSERT INTO {t} (k) VALUES (?)")
		s.insertOrNot = q("INSERT IGNORE INTO {t} (k) VALUES (?)")
		// It counts 1 row as changed if it inserted one, and 2 if it changed the one that was there.
		s.upsert = q("INSERT INTO {t} (k) VALUES (?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), asked = asked + 1")
		return s
	}
	s.insert = q("INSERT INTO {t} (k) VALUES (?) RETURNING id, asked")
	s.insertOrNot = q("INSERT INTO {t} (k) VALUES (?) ON CONFLICT (k) DO NOTHING RETURNING id, asked")
	s.upsert = q("INSERT INTO {t} (k) VALUES (?) ON CONFLICT (k) DO UPDATE SET asked = {t}.asked + 1 RETURNING id, asked")
	s.insertOrFind = strings.ReplaceAll("WITH new AS (INSERT INTO {t} (k) VALUES ($1) ON CONFLICT (k) DO NOTHING RETURNING id) "+
		"SELECT id, 1 FROM new UNION ALL SELECT id, 2 FROM {t} WHERE k = $1 LIMIT 1", "{t}", table)
	return s
}

// unique gives the constraint, or nothing.
func unique(constraint bool) string {
	if constraint {
		return " UNIQUE"
	}
	return ""
}
