package examples_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that drops what the service leaves
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestMatrices holds that each strategy of each example shows what its file says, through the command.
func TestMatrices(t *testing.T) {
	stress := build(t)
	t.Run("python-wallet", func(t *testing.T) {
		testenv.Program(t, "python3")
		m := matrix(t, stress, copied(t, "python-wallet"), "stress.yaml", nil)
		m.each(t, []strategy{
			{name: "broken", through: "POST /broken/wallets/", tells: walletNumbers},
			{name: "locked"},
		})
	})
	t.Run("node-wallet", func(t *testing.T) {
		needNode(t)
		name := own()
		env := map[string]string{
			"DATABASE_URL": os.Getenv("STRESS_POSTGRES_DSN"), "WALLET_TABLE": name,
			"REDIS_URL": os.Getenv("STRESS_REDIS_DSN"), "WALLET_PREFIX": name + ":",
		}
		dropTable(t, name)
		nothingInRedis(t, name, name+":fence") // tokens go up from run to run
		m := matrix(t, stress, copied(t, "node-wallet"), "stress.yaml", env)
		m.each(t, nodeWallet())
	})
	t.Run("bullmq", func(t *testing.T) {
		needNode(t)
		address := testenv.DSN(t, "redis")
		folder := copied(t, "bullmq")
		for file, all := range map[string][]strategy{"jobs.yaml": jobs(), "scheduler.yaml": scheduler()} {
			t.Run(file, func(t *testing.T) {
				name := own()
				nothingInRedis(t, name)
				m := matrix(t, stress, folder, file, map[string]string{"REDIS_URL": address, "QUEUE_PREFIX": name})
				m.each(t, all)
			})
		}
	})
}

// own is a name that no other run of the tests has.
func own() string { return "stress_examples_" + strings.ToLower(rand.Text()[:12]) }

func needNode(t *testing.T) {
	t.Helper()
	testenv.Program(t, "node")
	testenv.Program(t, "npm")
}

// walletNumbers are what an explanation of a lost update tells: what two saw, or what was found at the end.
const walletNumbers = `wallet \d+: .*(both read \d+|(the final value should be|took out) \d+ .*found \d+)`

func nodeWallet() []strategy {
	all := []strategy{{name: "memory-mutex"}, {name: "memory-queue"}}
	for _, name := range []string{"pg-atomic", "pg-row-lock", "pg-optimistic", "pg-serializable"} {
		all = append(all, strategy{name: name, needs: "postgres"})
	}
	for _, name := range []string{"redis-lua", "redis-lock-fenced"} {
		all = append(all, strategy{name: name, needs: "redis"})
	}
	for name, needs := range map[string]string{
		"memory-await": "", "pg-read-modify-write": "postgres", "pg-transaction": "postgres", "pg-update-many": "postgres",
		"redis-get-set": "redis", "redis-lock-expires": "redis",
	} {
		all = append(all, strategy{name: name, needs: needs, through: "POST /" + name + "/", tells: walletNumbers})
	}
	return all
}

func jobs() []strategy {
	const job = `for customer \d.*: operation #\d+, charge, whose job is "\d+", is the first for which it is false`
	return []strategy{
		{name: "stalled", through: "POST /stalled/jobs", tells: job},
		{
			name: "concurrency", through: "POST /concurrency/jobs",
			tells: `for customer \d.*: left is [\d,]+, right is [\d,]+.*too little`,
		},
		{name: "retries", through: "POST /retries/jobs", tells: job},
		{name: "stalled-keyed"},
		// As its README says: a machine that has no time to renew a lock has the bug, and one that runs tests may be so.
		{name: "stalled-sandboxed", may: "duplicate-effect"},
		{name: "concurrency-atomic"},
		{name: "retries-keyed"},
	}
}

func scheduler() []strategy {
	return []strategy{
		{name: "scheduler", through: "POST /scheduler/start", tells: `left is \d+, right is \d+ \(\d+ too much\)`},
		{name: "scheduler-upsert"},
	}
}

// dropTable drops the table that the service makes, and leaves, at the end.
func dropTable(t *testing.T, table string) {
	t.Helper()
	dsn := os.Getenv("STRESS_POSTGRES_DSN")
	if dsn == "" {
		return
	}
	t.Cleanup(func() {
		db, err := sql.Open("pgx", dsn)
		require.NoError(t, err)
		_, err = db.Exec("DROP TABLE IF EXISTS " + table)
		require.NoError(t, err)
		require.NoError(t, db.Close())
	})
}

// nothingInRedis holds at the end that the service has left no key behind but those that it keeps, and removes all.
func nothingInRedis(t *testing.T, prefix string, keeps ...string) {
	t.Helper()
	address := os.Getenv("STRESS_REDIS_DSN")
	if address == "" {
		return
	}
	t.Cleanup(func() {
		options, err := redis.ParseURL(address)
		require.NoError(t, err)
		c := redis.NewClient(options)
		defer func() { require.NoError(t, c.Close()) }()
		ctx := context.WithoutCancel(t.Context())
		left, err := c.Keys(ctx, prefix+"*").Result()
		require.NoError(t, err)
		if len(left) > 0 {
			require.NoError(t, c.Del(ctx, left...).Err())
		}
		require.Subset(t, keeps, left, "keys that the service has left behind")
	})
}
