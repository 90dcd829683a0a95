package sqlcells

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/wallet"
)

// reporter reads all cells in the way of one strategy, n of them.
type reporter func(ctx context.Context, s *session, n int) ([]int64, error)

// inOneStatement reads all by one SELECT.
func inOneStatement(ctx context.Context, s *session, _ int) ([]int64, error) {
	rows, err := s.Query(ctx, "read all", s.stmts.readAll)
	return column(rows), s.Undone(err)
}

func column(rows [][]int64) []int64 {
	all := make([]int64, len(rows))
	for i, r := range rows {
		all[i] = r[0]
	}
	return all
}

// rowByRow reads by a SELECT for each row, each for itself.
func rowByRow(ctx context.Context, s *session, n int) ([]int64, error) {
	all, err := s.rows(ctx, s.stmts.read, n)
	return all, s.Undone(err)
}

// rows reads each row by the query given.
func (s *session) rows(ctx context.Context, query string, n int) ([]int64, error) {
	all := make([]int64, n)
	for cell := range all {
		rows, err := s.Query(ctx, "read value", query, cell)
		if err == nil && len(rows) != 1 {
			err = missing(cell)
		}
		if err != nil {
			return nil, err
		}
		all[cell] = rows[0][0]
	}
	return all, nil
}

// rowByRowInTx does so in one transaction.
func rowByRowInTx(query func(*statements) string) reporter {
	return func(ctx context.Context, s *session, n int) ([]int64, error) {
		return harness.Retry(ctx, s.Conflict, func(ctx context.Context) ([]int64, error) {
			return db.InTx(ctx, s.Client, func(ctx context.Context) ([]int64, error) {
				return s.rows(ctx, query(s.stmts), n)
			})
		})
	}
}

func plainRow(s *statements) string  { return s.read }
func sharedRow(s *statements) string { return s.shareRow }

// inPages reads by two SELECTs, of the first rows and of the others.
func inPages(ctx context.Context, s *session, n int) ([]int64, error) {
	var all []int64
	for _, page := range [][2]int{{0, n / 2}, {n / 2, n}} {
		rows, err := s.Query(ctx, "read page", s.stmts.readPage, page[0], page[1])
		if err != nil {
			return nil, s.Undone(err)
		}
		all = append(all, column(rows)...)
	}
	return all, nil
}

// rowByRowInSnapshot begins its transaction so that it shows everything as of that moment, and not as of the first SELECT.
func rowByRowInSnapshot(ctx context.Context, s *session, n int) (all []int64, err error) {
	if _, err = s.Exec(ctx, "begin", "START TRANSACTION WITH CONSISTENT SNAPSHOT"); err == nil {
		all, err = s.rows(ctx, s.stmts.read, n)
	}
	if err == nil {
		_, err = s.Exec(ctx, "commit", "COMMIT")
	}
	if err != nil {
		s.Discard() // and with it the transaction
		return nil, harness.NotApplied(err)
	}
	return all, nil
}

// Reports are the ways in which the engine can report all cells while money moves between them, which the database does
// itself in all of them; broken ones first.
func Reports(d db.Dialect) []cells.Strategy {
	move := retrying(inDatabase)
	var all []cells.Strategy
	for _, r := range append(brokenReports(), correctReports()...) {
		r.update, r.workloads = move, []string{wallet.ReportName}
		if r.serves(d) {
			all = append(all, r.strategy(d))
		}
	}
	return all
}

func skewed() map[string]string { return map[string]string{wallet.ReportName: checkers.ReadSkew} }

func brokenReports() []recipe {
	return []recipe{
		{
			name: "row-by-row",
			summary: "A SELECT for each row, each for itself: what moves meanwhile from a row still to be read to one that was " +
				"is missing, and what moves the other way counts twice.",
			shows: skewed(), report: rowByRow,
		}, {
			name: "row-by-row-read-committed",
			summary: "A SELECT for each row in one transaction at READ COMMITTED: each statement still sees what was committed " +
				"before it, and not before the first.",
			engines: []string{"postgres", "mariadb"}, shows: skewed(), level: db.ReadCommitted, report: rowByRowInTx(plainRow),
		}, {
			name:    "in-pages",
			summary: "A SELECT for each page of rows: what moves meanwhile from one page to the other is missing or counts twice.",
			shows:   skewed(), ops: 2000, report: inPages,
		},
	}
}

func correctReports() []recipe {
	return []recipe{
		{
			name:    "one-statement",
			summary: "One SELECT of all rows, which every engine answers as of one moment, in a transaction or without.",
			report:  inOneStatement,
		}, {
			name:    "row-by-row-repeatable-read",
			summary: "A SELECT for each row in one transaction at REPEATABLE READ, which shows all as of its first SELECT.",
			engines: []string{"postgres", "mariadb"}, level: db.RepeatableRead, report: rowByRowInTx(plainRow),
		}, {
			name: "consistent-snapshot",
			summary: "A SELECT for each row after START TRANSACTION WITH CONSISTENT SNAPSHOT, which shows all as of that " +
				"moment.",
			engines: []string{"mariadb"}, level: db.RepeatableRead, report: rowByRowInSnapshot,
		}, {
			name:    "row-by-row-deferred",
			summary: "A SELECT for each row in one transaction, which shows all as of its first SELECT.",
			engines: []string{"sqlite"}, level: db.Deferred, report: rowByRowInTx(plainRow),
		}, {
			name: "for-share",
			summary: "SELECT … FOR SHARE of each row in one transaction, in ascending order: what was read can't move until " +
				"all is read.",
			engines: []string{"postgres", "mariadb"}, level: db.ReadCommitted, report: rowByRowInTx(sharedRow),
		},
	}
}
