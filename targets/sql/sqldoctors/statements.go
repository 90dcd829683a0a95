package sqldoctors

import "github.com/lostupdate/stress/targets/sql/db"

// statements are a strategy's queries, written for its tables in one dialect.
type statements struct {
	// Reads of doctors and whether they are on call.
	onCall, lockAll, lockOwn string
	// Writes of the own row; leaveIf and backIf change it only if that changes something.
	leave, back, leaveIf, backIf string
	// Writes of the shift's counter.
	less, more string
}

func newStatements(b *db.Base) *statements {
	return &statements{
		onCall:  b.SQL("SELECT doctor, on_call FROM {t} WHERE shift = ? ORDER BY doctor"),
		lockAll: b.SQL("SELECT doctor, on_call FROM {t} WHERE shift = ? ORDER BY doctor FOR UPDATE"),
		lockOwn: b.SQL("SELECT on_call FROM {t} WHERE shift = ? AND doctor = ? FOR UPDATE"),
		leave:   b.SQL("UPDATE {t} SET on_call = 0 WHERE shift = ? AND doctor = ?"),
		back:    b.SQL("UPDATE {t} SET on_call = 1 WHERE shift = ? AND doctor = ?"),
		leaveIf: b.SQL("UPDATE {t} SET on_call = 0 WHERE shift = ? AND doctor = ? AND on_call = 1"),
		backIf:  b.SQL("UPDATE {t} SET on_call = 1 WHERE shift = ? AND doctor = ? AND on_call = 0"),
		less:    b.SQL("UPDATE {t}_shifts SET on_call = on_call - 1 WHERE shift = ? AND on_call > 1"),
		more:    b.SQL("UPDATE {t}_shifts SET on_call = on_call + 1 WHERE shift = ?"),
	}
}
