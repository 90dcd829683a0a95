package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql" // the drivers that look for what a run leaves
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
)

// servers are places of this test's own on the real servers, so that what is left there was left by it.
type servers struct {
	postgres, mariadb *sql.DB
	redis             *redis.Client
	schema            string
	dsn               map[string]string
}

// TestServerScripts holds what a user of real servers sees.
func TestServerScripts(t *testing.T) {
	s := newServers(t)
	cmds := commands()
	cmds["left"] = s.left
	testscript.Run(t, testscript.Params{
		Dir: "testdata/servers", Cmds: cmds,
		Setup: func(env *testscript.Env) error {
			for name, dsn := range s.dsn {
				env.Setenv(name, dsn)
			}
			return nil
		},
	})
}

func newServers(t *testing.T) *servers {
	t.Helper()
	s := &servers{schema: "scripts_" + strings.ToLower(rand.Text()[:12]), dsn: map[string]string{}}
	postgres, mariadb, cache := testenv.DSN(t, "postgres"), testenv.DSN(t, "mariadb"), testenv.DSN(t, "redis")
	s.postgres = open(t, "pgx", postgres)
	s.mariadb = open(t, "mysql", mariadb)
	for _, db := range []*sql.DB{s.postgres, s.mariadb} {
		mustExec(t, db, "CREATE SCHEMA "+s.schema)
	}
	t.Cleanup(func() {
		mustExec(t, s.postgres, "DROP SCHEMA "+s.schema+" CASCADE")
		mustExec(t, s.mariadb, "DROP SCHEMA "+s.schema)
	})
	options, err := redis.ParseURL(cache)
	require.NoError(t, err)
	options.DB = 15
	s.redis = redis.NewClient(options)
	t.Cleanup(func() { require.NoError(t, s.redis.Close()) })
	s.dsn["POSTGRES"] = postgres + separator(postgres) + "search_path=" + s.schema
	s.dsn["MARIADB"] = mariadb[:strings.LastIndex(mariadb, "/")+1] + s.schema
	s.dsn["REDIS"] = cache[:strings.LastIndex(cache, "/")+1] + "15"
	for name, wrong := range map[string]func(dsn string) string{
		// A server that trusts everybody still knows who there is.
		"POSTGRES": func(dsn string) string { return as(t, dsn, url.UserPassword("nobody_"+s.schema, "hunter2")) },
		"REDIS":    func(dsn string) string { return as(t, dsn, url.UserPassword("nobody", "hunter2")) },
		"MARIADB":  func(dsn string) string { return "nobody:hunter2" + dsn[strings.LastIndex(dsn, "@"):] },
	} {
		s.dsn[name+"_WRONG"] = wrong(s.dsn[name])
	}
	return s
}

// as puts another user into a URL.
func as(t *testing.T, dsn string, user *url.Userinfo) string {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	u.User = user
	return u.String()
}

func separator(url string) string {
	if strings.Contains(url, "?") {
		return "&"
	}
	return "?"
}

func open(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func mustExec(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	_, err := db.ExecContext(context.WithoutCancel(t.Context()), query)
	require.NoError(t, err)
}

// count gives the number of tables and keys on each server.
func (s *servers) count(ctx context.Context) (map[string]int64, error) {
	counts := map[string]int64{}
	query := "SELECT count(*) FROM information_schema.tables WHERE table_schema = '" + s.schema + "'"
	for name, db := range map[string]*sql.DB{"postgres": s.postgres, "mariadb": s.mariadb} {
		var n int64
		if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		counts[name] = n
	}
	n, err := s.redis.DBSize(ctx).Result()
	counts["redis"] = n
	return counts, err
}

// left holds that nothing is left on the servers, or waits until there is something on each: left none; left some.
func (s *servers) left(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: left none|some")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for {
		counts, err := s.count(ctx)
		ts.Check(err)
		some, none := true, true
		for _, n := range counts {
			some, none = some && n > 0, none && n == 0
		}
		switch {
		case args[0] == "none" && !none:
			ts.Fatalf("left behind: %v", counts)
		case args[0] == "none" || some:
			return
		}
	}
}
