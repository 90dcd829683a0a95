package targets

import (
	"github.com/lostupdate/stress/targets/aside"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/file/filecells"
	"github.com/lostupdate/stress/targets/file/filekeys"
	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/locks"
	"github.com/lostupdate/stress/targets/memory/memcaches"
	"github.com/lostupdate/stress/targets/memory/memcells"
	"github.com/lostupdate/stress/targets/memory/memdoctors"
	"github.com/lostupdate/stress/targets/memory/memjobs"
	"github.com/lostupdate/stress/targets/memory/memkeys"
	"github.com/lostupdate/stress/targets/memory/memlock"
	"github.com/lostupdate/stress/targets/memory/memoutbox"
	"github.com/lostupdate/stress/targets/memory/memquota"
	"github.com/lostupdate/stress/targets/memory/memsession"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/rediscells"
	"github.com/lostupdate/stress/targets/redis/redisdoctors"
	"github.com/lostupdate/stress/targets/redis/redisjobs"
	"github.com/lostupdate/stress/targets/redis/rediskeys"
	"github.com/lostupdate/stress/targets/redis/redislock"
	"github.com/lostupdate/stress/targets/redis/redisquota"
	"github.com/lostupdate/stress/targets/redis/redissession"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/sqlcells"
	"github.com/lostupdate/stress/targets/sql/sqldoctors"
	"github.com/lostupdate/stress/targets/sql/sqljobs"
	"github.com/lostupdate/stress/targets/sql/sqlkeys"
	"github.com/lostupdate/stress/targets/sql/sqllock"
	"github.com/lostupdate/stress/targets/sql/sqloutbox"
	"github.com/lostupdate/stress/targets/sql/sqlquota"
	"github.com/lostupdate/stress/targets/sql/sqlsession"
)

// strategies are those of one engine in the order of reports, broken ones first, by the store that they work on or the
// workload that they serve. An engine has none where the workload makes no sense on it.
type strategies struct {
	cells    []cells.Strategy // counter, register, wallet
	reports  []cells.Strategy // transfer-report
	keys     []keys.Strategy  // unique
	quota    []quotaStrategy
	doctors  []doctorsStrategy
	jobs     []jobStrategy
	outbox   []outboxStrategy
	locks    []locks.Strategy
	cache    []caching
	sessions []sessionStrategy
}

// Engines are all engines, in the order of reports.
func Engines() []Engine {
	return []Engine{
		{Name: "memory", Title: "memory", Embedded: true, strategies: inMemory()},
		{Name: "file", Title: "file", Embedded: true, strategies: inFiles()},
		database("SQLite", db.SQLite()),
		database("PostgreSQL", db.Postgres()),
		database("MariaDB", db.MariaDB()),
		{
			Name: "redis", Title: "Redis", Embedded: true, Server: true, strategies: inRedis(),
			validate: conn.Validate, check: conn.Check,
		},
		{
			Name: "postgres+standby", Title: "PostgreSQL with standby", Server: true,
			servers:    []string{"postgres_primary", "postgres_standby"},
			strategies: strategies{sessions: sqlsession.Strategies()}, validate: sqlsession.Validate, check: sqlsession.Check,
		},
		{
			Name: "redis+replica", Title: "Redis with replica", Server: true, servers: []string{"redis", "redis_replica"},
			strategies: strategies{sessions: redissession.Strategies()}, validate: redissession.Validate, check: redissession.Check,
		},
		cached("Redis + SQLite", db.SQLite(), "redis"),
		cached("Redis + PostgreSQL", db.Postgres(), "postgres", "redis"),
		cached("Redis + MariaDB", db.MariaDB(), "mariadb", "redis"),
	}
}

func inMemory() strategies {
	return strategies{
		cells: memcells.Strategies(), reports: memcells.Reports(), keys: memkeys.Strategies(), quota: memquota.Strategies(),
		doctors: memdoctors.Strategies(), jobs: memjobs.Strategies(), outbox: memoutbox.Strategies(), locks: memlock.Strategies(),
		cache: memcaches.Strategies(), sessions: memsession.Strategies(),
	}
}

func inFiles() strategies {
	return strategies{cells: filecells.Strategies(), keys: filekeys.Strategies()}
}

func inRedis() strategies {
	return strategies{
		cells: rediscells.Strategies(), reports: rediscells.Reports(), keys: rediskeys.Strategies(), quota: redisquota.Strategies(),
		doctors: redisdoctors.Strategies(), jobs: redisjobs.Strategies(), locks: redislock.Strategies(),
	}
}

// database is an engine of one server that speaks SQL, or of none.
func database(title string, d db.Dialect) Engine {
	return Engine{
		Name: d.Name(), Title: title, Embedded: !d.NeedsDSN(), Server: true,
		strategies: strategies{
			cells: sqlcells.Strategies(d), reports: sqlcells.Reports(d), keys: sqlkeys.Strategies(d), quota: sqlquota.Strategies(d),
			doctors: sqldoctors.Strategies(d), jobs: sqljobs.Strategies(d), outbox: sqloutbox.Strategies(d),
			locks: sqllock.Strategies(d),
		},
		validate: d.Validate, check: d.Check,
	}
}

// cached is a database with a Redis before it.
func cached(title string, d db.Dialect, servers ...string) Engine {
	p := aside.Pair{Database: d}
	return Engine{
		Name: "redis+" + d.Name(), Title: title, Embedded: !d.NeedsDSN(), Server: true, servers: servers,
		strategies: strategies{cache: p.Strategies()}, validate: p.Validate, check: p.Check,
	}
}
