package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// MariaDB is MariaDB or MySQL. Its DSN is user:password@tcp(host:3306)/database, as the driver for Go has it, or a URL,
// mysql://user:password@host:3306/database.
func MariaDB() Dialect { return mariadb{} }

type mariadb struct{}

func (mariadb) Name() string   { return "mariadb" }
func (mariadb) NeedsDSN() bool { return true }

// Validate parses the DSN.
func (mariadb) Validate(dsn string) error {
	_, err := mariadbConfig(dsn)
	return err
}

// Check connects, logs in, and asks for the version.
func (d mariadb) Check(ctx context.Context, dsn string) error { return check(ctx, d, dsn) }

const mariadbWant = "want user:password@tcp(host:3306)/database, or mysql://user:password@host:3306/database"

func mariadbConfig(dsn string) (*mysql.Config, error) {
	if strings.TrimSpace(dsn) == "" {
		return nil, errors.New("mariadb: the DSN is missing; " + mariadbWant)
	}
	config, err := parseMariaDB(dsn)
	switch {
	case errors.Is(err, errAt):
		return nil, fmt.Errorf("mariadb: %w; %s", errAt, mariadbWant)
	case err != nil:
		// The driver's text may hold parts of the password.
		return nil, errors.New("mariadb: the DSN can't be read; " + mariadbWant +
			"; write special characters of a URL's password as %XX")
	}
	switch {
	case misread(config.Addr, config.DBName):
		return nil, fmt.Errorf("mariadb: %w; %s", errAt, mariadbWant)
	case config.DBName == "":
		return nil, errors.New("mariadb: the DSN names no database; " + mariadbWant)
	}
	if config.Timeout == 0 {
		config.Timeout = connectTimeout
	}
	tame(config)
	return config, nil
}

// tame turns off what the driver does on its own, whatever the DSN says.
func tame(config *mysql.Config) {
	config.InterpolateParams = true // one round trip a statement, not a prepare before each
	config.ClientFoundRows = true   // RowsAffected counts rows that matched, also where the value stays the same
	config.MultiStatements = false  // one statement a step
	config.RejectReadOnly = false   // it would hide a server's answer behind driver.ErrBadConn
	config.Logger = &mysql.NopLogger{}
}

func parseMariaDB(dsn string) (*mysql.Config, error) {
	scheme, _, isURL := strings.Cut(dsn, "://")
	if !isURL || strings.ContainsAny(scheme, ":@/") {
		return mysql.ParseDSN(dsn)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	if scheme != "mysql" && scheme != "mariadb" {
		return nil, errors.New("not a URL of MySQL or MariaDB")
	}
	if misread(u.Host, u.Path) {
		return nil, errAt
	}
	host := u.Host
	if u.Port() == "" {
		host += ":3306"
	}
	config, err := mysql.ParseDSN(fmt.Sprintf("tcp(%s)%s?%s", host, u.EscapedPath(), u.RawQuery))
	if err != nil {
		return nil, err
	}
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	return config, nil
}

// open configures the driver. It repeats nothing by itself: it gives driver.ErrBadConn, which a held connection passes
// on, and only when it has written nothing.
func (mariadb) open(dsn string) (*database, error) {
	config, err := mariadbConfig(dsn)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, errors.New("mariadb: the DSN has parameters that don't fit together; " + mariadbWant)
	}
	db := sql.OpenDB(connector)
	db.SetMaxIdleConns(-1)
	return &database{DB: db, address: config.Addr + "/" + config.DBName}, nil
}

// version knows MariaDB by the name that it has put into the version since it parted from MySQL.
func (mariadb) version(ctx context.Context, db *sql.DB) (v string, err error) {
	err = db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&v)
	number, rest, _ := strings.Cut(v, "-")
	if strings.Contains(strings.ToLower(rest), "mariadb") {
		return "MariaDB " + number, err
	}
	return "MySQL " + number, err
}

// prepare sets the level, and a wait for locks short enough that a statement whose client has gone does not hold
// the table for long after. Snapshot isolation is off unless it is what is tested: MariaDB has had it on by default
// since 11.6, and then its REPEATABLE READ is another.
func (d mariadb) prepare(ctx context.Context, db *sql.DB, l Level) ([]string, error) {
	setup := []string{"SET SESSION autocommit = 1, SESSION innodb_lock_wait_timeout = 5"}
	has, err := hasSnapshotIsolation(ctx, db)
	switch {
	case err != nil:
		return nil, err
	case l == SnapshotChecked && !has:
		return nil, errors.New("this server has no innodb_snapshot_isolation; " +
			"use MariaDB 10.6.18, 10.11.8 or later, or another strategy")
	case has:
		setup = append(setup, fmt.Sprintf("SET SESSION innodb_snapshot_isolation = %t", l == SnapshotChecked))
	}
	if l == DefaultLevel || l == SnapshotChecked {
		l = RepeatableRead
	}
	return append(setup, "SET SESSION TRANSACTION ISOLATION LEVEL "+string(l)), nil
}

func hasSnapshotIsolation(ctx context.Context, db *sql.DB) (bool, error) {
	var name, value string
	err := db.QueryRowContext(ctx, "SHOW VARIABLES LIKE 'innodb_snapshot_isolation'").Scan(&name, &value)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (mariadb) Rebind(query string) string { return query }
func (mariadb) Serial() string             { return "BIGINT AUTO_INCREMENT PRIMARY KEY" }
func (mariadb) TableOptions() string       { return " ENGINE=InnoDB" }
func (mariadb) begin(Level) string         { return "BEGIN" } // the level is the connection's, see prepare
func (mariadb) quiesce(any)                {}

// Returning is false, since MySQL has no RETURNING, and MariaDB none for UPDATE.
func (mariadb) Returning() bool { return false }

func (mariadb) Advisory() Advisory {
	return Advisory{
		Lock:   "SELECT COALESCE(GET_LOCK(CONCAT(?, ?), 10), 0)",
		Unlock: "SELECT COALESCE(RELEASE_LOCK(CONCAT(?, ?)), 0)",
		space:  func(table string) any { return table + ":" },
	}
}
