package sqlcells

import "github.com/lostupdate/stress/targets/sql/db"

// statements are a strategy's queries, written for one table in one dialect.
type statements struct {
	read, readPair, readAll  string
	versions, versionsPair   string
	readPage                 string
	lockRow, shareRow        string
	write, writeIf, writeVer string
	add, addFloor            string
	sub, subFloor, subIf     string
}

func newStatements(b *db.Base) *statements {
	d, q := b.Dialect(), b.SQL
	s := &statements{
		read:         q("SELECT v FROM {t} WHERE k = ?"),
		readPair:     q("SELECT v FROM {t} WHERE k IN (?, ?) ORDER BY k"),
		readAll:      q("SELECT v FROM {t} ORDER BY k"),
		readPage:     q("SELECT v FROM {t} WHERE k >= ? AND k < ? ORDER BY k"),
		versions:     q("SELECT v, version FROM {t} WHERE k = ?"),
		versionsPair: q("SELECT v, version FROM {t} WHERE k IN (?, ?) ORDER BY k"),
		lockRow:      q("SELECT v FROM {t} WHERE k = ? FOR UPDATE"),
		shareRow:     q("SELECT v FROM {t} WHERE k = ? " + share(d)),
		write:        q("UPDATE {t} SET v = ? WHERE k = ?"),
		writeIf:      q("UPDATE {t} SET v = ? WHERE k = ? AND v = ?"),
		writeVer:     q("UPDATE {t} SET v = ?, version = version + 1 WHERE k = ? AND version = ?"),
		add:          q("UPDATE {t} SET " + found(d) + "v = v + ? WHERE k = ?" + suffix(d)),
		addFloor:     q("UPDATE {t} SET " + found(d) + "v = v + ? WHERE k = ? AND v + ? >= 0" + suffix(d)),
	}
	const own = "(SELECT v FROM {t} WHERE k = ?)"
	s.sub = q("UPDATE {t} SET v = " + own + " + ? WHERE k = ?" + suffix(d))
	s.subFloor = q("UPDATE {t} SET v = " + own + " + ? WHERE k = ? AND " + own + " + ? >= 0" + suffix(d))
	s.subIf = q("UPDATE {t} SET v = ? WHERE k = ? AND " + own + " = ?")
	return s
}

// share is how a SELECT locks what it reads against changes. MariaDB has not learnt the standard's words.
func share(d db.Dialect) string {
	if d.Name() == "mariadb" {
		return "LOCK IN SHARE MODE"
	}
	return "FOR SHARE"
}

// suffix makes an UPDATE return what it left, where the engine can.
func suffix(d db.Dialect) string {
	if d.Returning() {
		return " RETURNING v"
	}
	return ""
}

// found is what an UPDATE sets besides, on an engine whose UPDATE can't return rows, so that the answer's LastInsertId is the
// v that it found. It comes before v is set: LAST_INSERT_ID(v) hands on the old value, and 0 times it is nothing.
func found(d db.Dialect) string {
	if d.Returning() {
		return ""
	}
	return "version = version + 0 * LAST_INSERT_ID(v), "
}
