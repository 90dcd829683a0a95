package sqlsteps

import (
	"context"
	"database/sql/driver"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/steps/internal/label"
)

// stmt is a prepared statement with steps.
type stmt struct {
	driver.Stmt // the driver's own

	conn  driver.Conn // the driver's own
	query string
	name  string // the step's, once it was needed
	taken bool   // the step of the first run has been taken
}

// converter has another name than its method, which a field of that name would hide.
type converter interface {
	driver.ColumnConverter //nolint:staticcheck // Deprecated for new drivers, but old ones have it.
}

// wrapStmt keeps to what the driver's statement can, for the reason of wrapConn.
func wrapStmt(s *stmt) driver.Stmt {
	if c, ok := s.Stmt.(converter); ok {
		return struct {
			*stmt
			converter
		}{s, c}
	}
	return s
}

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return prepared(ctx, s, func(ctx context.Context) (driver.Result, error) { return execStmt(ctx, s.Stmt, args) })
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return prepared(ctx, s, func(ctx context.Context) (driver.Rows, error) { return queryStmt(ctx, s.Stmt, args) })
}

func prepared[T any](ctx context.Context, s *stmt, run func(context.Context) (T, error)) (T, error) {
	if s.taken {
		s.taken = false
		return run(ctx)
	}
	if s.name == "" {
		s.name = label.SQL(s.query)
	}
	return harness.Step(ctx, s.name, run)
}

// CheckNamedValue converts an argument as the driver's statement does, or else its connection.
func (s *stmt) CheckNamedValue(v *driver.NamedValue) error {
	if _, ok := s.Stmt.(driver.NamedValueChecker); ok {
		return check(v, s.Stmt)
	}
	return check(v, s.conn)
}

// check has the driver convert an argument, or package sql where the driver can't.
func check(v *driver.NamedValue, by any) error {
	if checker, ok := by.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}
