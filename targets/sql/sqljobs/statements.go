package sqljobs

import "github.com/lostupdate/stress/targets/sql/db"

// statements are the queries on the tables of jobs, written for them in one dialect. A job waits that is not done and whose
// lease is over; the time comes from the application, whose workers have one clock.
type statements struct {
	find, lock, skip       string // a job that waits; with its row locked; passing over rows that others have locked
	take, takeWaiting      string // lend a job; only if it still waits
	takeFound, takeSkipped string // find and lend by one statement; passing over rows that others have locked
	takeFoundWaiting       string // find and lend by one statement, only if it still waits then
	remove                 string
	end, endOwn            string // end a job; only if it is the worker's, and not done
	apply, left, effects   string
}

func newStatements(b *db.Base) *statements {
	const find = "SELECT id FROM {t} WHERE done = 0 AND expires < ? ORDER BY id LIMIT 1"
	const take = "UPDATE {t} SET token = ?, expires = ? WHERE id = "
	const skip = find + " FOR UPDATE SKIP LOCKED"
	q := b.SQL
	s := &statements{
		find: q(find), lock: q(find + " FOR UPDATE"), skip: q(skip),
		take: q(take + "?"), takeWaiting: q(take + "? AND done = 0 AND expires < ?"),
		takeFound: q(take + "(" + find + ") RETURNING id"), takeSkipped: q(take + "(" + skip + ") RETURNING id"),
		takeFoundWaiting: q(take + "(" + find + ") AND done = 0 AND expires < ? RETURNING id"),

		remove:  q("DELETE FROM {t} WHERE id = ?"),
		end:     q("UPDATE {t} SET done = 1 WHERE id = ?"),
		endOwn:  q("UPDATE {t} SET done = 1 WHERE id = ? AND token = ? AND done = 0"),
		apply:   q("UPDATE {t}_effects SET n = n + 1 WHERE id = ?"),
		left:    q("SELECT count(*) FROM {t} WHERE done = 0"),
		effects: q("SELECT n FROM {t}_effects WHERE id = ?"),
	}
	if b.Dialect().Name() == "sqlite" { // a transaction has locked the whole file
		s.lock, s.skip, s.takeSkipped = s.find, s.find, s.takeFound
	}
	return s
}
