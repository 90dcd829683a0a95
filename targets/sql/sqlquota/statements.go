package sqlquota

import "github.com/lostupdate/stress/targets/sql/db"

// statements are a strategy's queries, written for its tables in one dialect.
type statements struct {
	// On the counters.
	counter, set, add, addIfFits string
	// On the rows of what was taken.
	sum, lockRows, insert string
	// On the quota that such rows belong to.
	capacity, lockParent string
}

func newStatements(b *db.Base) *statements {
	return &statements{
		counter:    b.SQL("SELECT used FROM {t} WHERE k = ?"),
		set:        b.SQL("UPDATE {t} SET used = ? WHERE k = ?"),
		add:        b.SQL("UPDATE {t} SET used = used + ? WHERE k = ?"),
		addIfFits:  b.SQL("UPDATE {t} SET used = used + ? WHERE k = ? AND used + ? <= capacity"),
		sum:        b.SQL("SELECT COALESCE(SUM(n), 0) FROM {t}_taken WHERE k = ?"),
		lockRows:   b.SQL("SELECT n FROM {t}_taken WHERE k = ? ORDER BY id FOR UPDATE"),
		insert:     b.SQL("INSERT INTO {t}_taken (k, n) VALUES (?, ?)"),
		capacity:   b.SQL("SELECT capacity FROM {t} WHERE k = ?"),
		lockParent: b.SQL("SELECT capacity FROM {t} WHERE k = ? FOR UPDATE"),
	}
}
