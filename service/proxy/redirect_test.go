package proxy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/proxy"
)

func TestRedirect(t *testing.T) {
	const to = "127.0.0.1:6000"
	for _, c := range []struct{ dsn, upstream, want string }{
		{"postgres://user:pw@db:5433/app?sslmode=disable", "db:5433", "postgres://user:pw@" + to + "/app?sslmode=disable"},
		{"postgresql://db/app", "db:5432", "postgresql://" + to + "/app"},
		{"postgres://user:p%2Fw@db?sslmode=require", "db:5432", "postgres://user:p%2Fw@" + to + "?sslmode=require"},
		{"postgres://user:p@ss@db/app", "db:5432", "postgres://user:p@ss@" + to + "/app"},
		{"mysql://db/app#x", "db:3306", "mysql://" + to + "/app#x"},
		{"redis://db", "db:6379", "redis://" + to},
		{"REDIS://:pw@db/1", "db:6379", "REDIS://:pw@" + to + "/1"},
		{"mongodb://u:p@db/?retryWrites=true", "db:27017", "mongodb://u:p@" + to + "/?retryWrites=true"},
		{"amqp://u:p@db/%2F", "db:5672", "amqp://u:p@" + to + "/%2F"},
		{"nats://db", "db:4222", "nats://" + to},
		{"other://db:1234/x", "db:1234", "other://" + to + "/x"},
		{"redis://[::1]/0", "[::1]:6379", "redis://" + to + "/0"},
		{"redis://u:p@[fe80::1%25eth0]:7000", "[fe80::1%25eth0]:7000", "redis://u:p@" + to},
		{"db:6379", "db:6379", to},
		{"[::1]:6379", "[::1]:6379", to},
		{"root:p@(w@tcp(db:3307)/app?parseTime=true", "db:3307", "root:p@(w@tcp(" + to + ")/app?parseTime=true"},
		{"tcp(db)/app", "db:3306", "tcp(" + to + ")/app"},
	} {
		upstream, rewritten, err := proxy.Redirect(c.dsn, to)
		require.NoError(t, err, c.dsn)
		require.Equal(t, c.upstream, upstream, c.dsn)
		require.Equal(t, c.want, rewritten, c.dsn)
	}

	upstream, rewritten, err := proxy.Redirect("redis://db/0", "[::1]:6000")
	require.NoError(t, err)
	require.Equal(t, "db:6379", upstream)
	require.Equal(t, "redis://[::1]:6000/0", rewritten)
}

// TestRedirectRefuses holds that an error says what to do, and nothing of a password.
func TestRedirectRefuses(t *testing.T) {
	for _, c := range []struct{ dsn, says string }{
		{"", "host:port"},
		{"db", "host:port"},
		{":6379", "no host"},
		{"db:port", "no port from 1 to 65535"},
		{"db:0", "no port from 1 to 65535"},
		{"::1:6379", "[address]:port"},
		{"a:1,b:2", "several hosts"},
		{"postgres://u:secret@a:5432,b:5432/app", "several hosts"},
		{"nats://u:secret@a:4222,nats://u:secret@b:4222", "several hosts"},
		{"postgres:///app?host=/var/run/postgresql", "no host"},
		{"postgres://u:secret@db/app?host=other", "names the host or the port again"},
		{"postgres://u:secret@db/app?port=1", "names the host or the port again"},
		{"postgres://u:secret@db/app?sslmode=verify-full", "sslmode=require"},
		{"root:secret@tcp(db:3306)/app?tls=true", "without TLS"},
		{"root:secret@tcp(db:3306", "the ) is missing"},
		{"root:secret@unix(/run/mysqld.sock)/app", "neither a URL"},
		{"rediss://u:secret@db:6380/0", "without TLS"},
		{"amqps://u:secret@db", "without TLS"},
		{"mongodb+srv://u:secret@db/app", "mongodb://host:port"},
		{"unix:///run/redis.sock", "TCP address"},
		{"other://u:secret@db/app", "host:port"},
		{"postgres://u:secret/x@db/app", "%2F"},
		{"host=db port=5432 password=secret", "neither a URL"},
		{"u:secret@db:5432", "neither a URL"},
	} {
		_, rewritten, err := proxy.Redirect(c.dsn, "127.0.0.1:6000")
		require.ErrorIs(t, err, proxy.ErrAddress, c.dsn)
		require.ErrorContains(t, err, c.says, c.dsn)
		require.NotContains(t, err.Error(), "secret", c.dsn)
		require.Empty(t, rewritten, c.dsn)
	}
	_, _, err := proxy.Redirect("db:5432", "6000")
	require.ErrorIs(t, err, proxy.ErrAddress)
}

func ExampleRedirect() {
	upstream, dsn, err := proxy.Redirect("postgres://user:pw@db/app", "127.0.0.1:6000")
	if err != nil {
		panic(err)
	}
	fmt.Println(upstream)
	fmt.Println(dsn)
	// Output:
	// db:5432
	// postgres://user:pw@127.0.0.1:6000/app
}
