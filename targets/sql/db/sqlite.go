package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// SQLite is the embedded engine. Its DSN is the path of a folder or of a file, or empty for a folder for temporary
// files. In a folder every store is a fresh file, which is removed afterwards. A file that exists keeps everything
// but the store's table, and its journal mode; one that does not is made and removed.
func SQLite() Dialect { return sqlite{} }

type sqlite struct{}

func (sqlite) Name() string   { return "sqlite" }
func (sqlite) NeedsDSN() bool { return false }

// Validate refuses what names no file.
func (sqlite) Validate(dsn string) error {
	path := sqlitePath(dsn)
	switch {
	case strings.Contains(path, "://"):
		return errors.New("sqlite: the DSN is a path of a folder or file, not an address; leave it out for a temporary file")
	case strings.Contains(path, ":memory:") || strings.Contains(path, "mode=memory"):
		return errors.New("sqlite: a database in memory can't be shared by connections; leave the DSN out for a temporary file")
	case strings.Contains(path, "?"):
		return errors.New("sqlite: the DSN is a path without parameters; the pragmas are set by the strategies")
	}
	return nil
}

// Check opens the database and asks for its version.
func (d sqlite) Check(ctx context.Context, dsn string) error { return check(ctx, d, dsn) }

// sqlitePath takes off the scheme that a DSN may have.
func sqlitePath(dsn string) string {
	for _, scheme := range []string{"sqlite://", "sqlite3://", "file://", "sqlite:", "sqlite3:", "file:"} {
		if rest, ok := strings.CutPrefix(dsn, scheme); ok {
			return rest
		}
	}
	return dsn
}

func (d sqlite) open(dsn string) (*database, error) {
	if err := d.Validate(dsn); err != nil {
		return nil, err
	}
	path, ours, cleanup, err := sqliteFile(sqlitePath(dsn))
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w; name a folder or file that can be written", err)
	}
	db, err := sql.Open("sqlite", sqliteURI(path, ours))
	if err != nil {
		return nil, errors.Join(err, cleanup())
	}
	db.SetMaxIdleConns(-1) // a connection that a client gives back is closed
	return &database{DB: db, address: path, cleanup: cleanup}, nil
}

// sqliteURI puts the pragmas into the name, so that every connection has them. Without a busy timeout, writers that
// meet fail at once; with write-ahead logging, readers and a writer don't hold each other up.
func sqliteURI(path string, ours bool) string {
	uri := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)"
	if ours {
		uri += "&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
	}
	return uri
}

// sqliteFile finds or makes the file, and says whether it is ours and how to remove what was made.
func sqliteFile(path string) (file string, ours bool, cleanup func() error, err error) {
	info, err := os.Stat(path)
	switch {
	case path == "" || err == nil && info.IsDir():
		dir, err := os.MkdirTemp(path, "stress-sqlite-")
		return filepath.Join(dir, "cells.db"), true, func() error { return os.RemoveAll(dir) }, err
	case err == nil:
		return path, false, func() error { return nil }, nil
	case !errors.Is(err, os.ErrNotExist):
		return "", false, nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return "", false, nil, err
	}
	return path, true, func() error { return removeSQLite(path) }, f.Close()
}

func removeSQLite(path string) error {
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		_ = os.Remove(path + suffix) // SQLite has removed them where it ended in order
	}
	return os.Remove(path)
}

func (sqlite) explain(db *database, err error) error {
	if code := sqliteCode(err); code == sqliteNotADB {
		return fmt.Errorf("sqlite: %s is not a SQLite database; name another file, or a folder", db.address)
	}
	return fmt.Errorf("sqlite: can't open %s: %w; name a folder or file that can be written", db.address, err)
}

func (sqlite) version(ctx context.Context, db *sql.DB) (v string, err error) {
	err = db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&v)
	return "SQLite " + v, err
}

func (sqlite) prepare(context.Context, *sql.DB, Level) ([]string, error) { return nil, nil }

func (sqlite) Rebind(query string) string { return query }
func (sqlite) Serial() string             { return "INTEGER PRIMARY KEY" }
func (sqlite) TableOptions() string       { return "" }
func (sqlite) Returning() bool            { return true }

// begin takes the write lock at once, except where the strategy is to do without.
func (sqlite) begin(l Level) string {
	if l == Deferred {
		return "BEGIN DEFERRED"
	}
	return "BEGIN IMMEDIATE"
}

func (sqlite) Advisory() Advisory { return Advisory{} }
func (sqlite) unsent(error) bool  { return false }
func (sqlite) quiesce(any)        {}
