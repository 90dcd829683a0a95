package conn_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
	"github.com/lostupdate/stress/targets/redis/rediscells"
)

const secret = "s3cr3t"

// requireMessage requires one line that says what is wrong and what to do, and shows no password; from Check, and from
// Begin.
func requireMessage(t *testing.T, dsn string, words ...string) {
	t.Helper()
	b := conn.NewBase(dsn)
	setup := b.Begin(t.Context())
	require.NoError(t, b.Close(t.Context()))
	for _, err := range []error{conn.Check(t.Context(), dsn), setup} {
		require.Error(t, err)
		for _, word := range words {
			require.ErrorContains(t, err, word)
		}
		require.NotContains(t, err.Error(), secret)
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestBadDSN(t *testing.T) {
	for _, dsn := range []string{
		"localhost:6379",
		"postgres://user:s3cr3t@localhost/0",
		"redis://:s3cr3t@localhost:port/0",
		"redis://:s3cr3t@localhost/zero",
		"redis://:s3cr3t@localhost/0/1",
		"redis://:s3cr3t@localhost/-1",
		// Passwords that were not encoded.
		"redis://:/s3cr3t@localhost/0",
		"redis://:12/s3cr3t@localhost/0",
		"redis://:12#s3cr3t@localhost/0",
		"redis://:s3cr3t%@localhost/0",
		"redis://:s3cr3t#@localhost/0",
		"redis://u:12/s3cr3t@localhost:6379/0",
		"unix://u:12/s3cr3t@/tmp/redis.sock",
	} {
		t.Run(dsn, func(t *testing.T) { requireMessage(t, dsn, "DSN can't be read", "redis://[user:password@]host") })
	}
	for _, dsn := range []string{
		"redis://localhost/0?max_retries=3",
		"redis://:12?s3cr3t@localhost/0",
		"redis://:12?s3cr3t=1@localhost/0",
	} {
		t.Run(dsn, func(t *testing.T) { requireMessage(t, dsn, "parameters", "not taken") })
	}
}

func TestPasswords(t *testing.T) {
	m := miniredis.RunT(t)
	m.RequireUserAuth("me", "right")
	m.RequireAuth("right")
	requireMessage(t, "redis://"+m.Addr(), "wants a password", "redis://:password@")
	requireMessage(t, "redis://:s3cr3t@"+m.Addr(), "refuses the user or the password", "correct them")
	requireMessage(t, "redis://me:s3cr3t@"+m.Addr(), "refuses the user or the password")
	require.NoError(t, conn.Check(t.Context(), "redis://:right@"+m.Addr()))
	require.NoError(t, conn.Check(t.Context(), "redis://me:right@"+m.Addr()))
}

func TestRealServerSaysSo(t *testing.T) {
	dsn := testenv.DSN(t, "redis")
	host := conntest.Bystander(t, dsn).Options().Addr
	requireMessage(t, "redis://"+host+"/99999", "no such database", "0 to 15")
	requireMessage(t, "redis://nobody:s3cr3t@"+host, "refuses the user or the password")
	require.NoError(t, conn.Check(t.Context(), dsn))
}

func listen(t *testing.T, serve func(net.Conn)) (host string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c)
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

func TestServersThatAreNone(t *testing.T) {
	closing := listen(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1)); _ = c.Close() })
	requireMessage(t, "redis://:s3cr3t@"+closing, "Redis at "+closing)

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	requireMessage(t, "redis://:s3cr3t@"+l.Addr().String(), "nothing answers", "start the server")

	requireMessage(t, "redis://:s3cr3t@no-such-host.invalid", "no such host", "correct the host")

	web := httptest.NewServer(nil)
	defer web.Close()
	requireMessage(t, "redis://:s3cr3t@"+web.Listener.Addr().String(), "see that the DSN names the right server")
}

func TestServerThatNeverAnswers(t *testing.T) {
	release := make(chan struct{})
	host := listen(t, func(c net.Conn) { <-release; _ = c.Close() })
	t.Cleanup(func() { close(release) })
	for scheme, advice := range map[string]string{
		"redis":  "see that it runs",
		"rediss": "write redis:// instead", // a server without TLS waits for the end of what it takes for a command
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		err := conn.Check(ctx, scheme+"://:s3cr3t@"+host)
		cancel()
		require.ErrorContains(t, err, "no answer in time")
		require.ErrorContains(t, err, advice)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, conn.Check(ctx, "redis://:s3cr3t@"+host), "cancelled")
}

func TestTLS(t *testing.T) {
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	cert := web.TLS.Certificates
	web.Close()

	m := miniredis.NewMiniRedis()
	require.NoError(t, m.StartTLS(&tls.Config{Certificates: cert, MinVersion: tls.VersionTLS12}))
	t.Cleanup(m.Close)
	requireMessage(t, "rediss://"+m.Addr(), "certificate is not trusted", "skip_verify")
	requireMessage(t, "redis://"+m.Addr(), "closes the connection", "rediss://")
	dsn := "rediss://" + m.Addr() + "?skip_verify=true"
	require.NoError(t, conn.Check(t.Context(), dsn))
	cellstest.Sequential(t, cellstest.Find(t, rediscells.Strategies(), "optimistic"), dsn, 20)

	plain := miniredis.RunT(t)
	requireMessage(t, "rediss://:s3cr3t@"+plain.Addr(), "TLS", "redis:// instead")
}
