package sqllock

import "github.com/lostupdate/stress/targets/sql/db"

// statements are the queries on the table of one store, in its engine's dialect. A row is a lock. Where it has a lease, the
// row says when that ends, and which token it had last.
type statements struct{ create, insert, lockRow, take, giveBack string }

func newStatements(b *db.Base) statements {
	next, returning := "token + 1", " RETURNING token"
	if !b.Dialect().Returning() {
		next, returning = "LAST_INSERT_ID(token + 1)", ""
	}
	return statements{
		create: b.SQL("CREATE TABLE {t} (k INTEGER PRIMARY KEY, ends BIGINT NOT NULL, token BIGINT NOT NULL)" +
			b.Dialect().TableOptions()),
		insert:   b.SQL("INSERT INTO {t} (k, ends, token) VALUES (?, 0, 0)"),
		lockRow:  b.SQL("SELECT k FROM {t} WHERE k = ? FOR UPDATE SKIP LOCKED"),
		take:     b.SQL("UPDATE {t} SET ends = ?, token = " + next + " WHERE k = ? AND ends <= ?" + returning),
		giveBack: b.SQL("UPDATE {t} SET ends = 0 WHERE k = ? AND token = ? AND ends > ?"),
	}
}
