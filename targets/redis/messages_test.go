package redis

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

const secret = "s3cr3t"

// requireMessage requires one line that says what is wrong and what to do, and shows no password; from Check, and from
// Setup.
func requireMessage(t *testing.T, dsn string, words ...string) {
	t.Helper()
	st := cellstest.Find(t, Strategies(), "lua").New(dsn, 1)
	setup := st.Setup(t.Context(), []int64{0})
	require.NoError(t, st.Close(t.Context()))
	for _, err := range []error{Check(t.Context(), dsn), setup} {
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

func TestGoodDSN(t *testing.T) {
	for dsn, want := range map[string]address{
		"redis://localhost":              {network: "tcp", host: "localhost:6379"},
		"redis://[::1]:7/2":              {network: "tcp", host: "[::1]:7", database: 2},
		"redis://h?db=3":                 {network: "tcp", host: "h:6379", database: 3},
		"redis://:s3cr3t@h:1/0":          {network: "tcp", host: "h:1", password: secret},
		"redis://me:s3cr3t%2F%23@h:1/0":  {network: "tcp", host: "h:1", username: "me", password: secret + "/#"},
		"unix://:s3cr3t@/tmp/redis.sock": {network: "unix", host: "/tmp/redis.sock", password: secret},
	} {
		a, err := parse(dsn)
		require.NoError(t, err)
		require.Equal(t, want, a, dsn)
	}
	a, err := parse("rediss://h:1")
	require.NoError(t, err)
	require.Equal(t, "h", a.tls.ServerName)
	require.False(t, a.tls.InsecureSkipVerify)
}

func TestPasswords(t *testing.T) {
	m := miniredis.RunT(t)
	m.RequireUserAuth("me", "right")
	m.RequireAuth("right")
	requireMessage(t, "redis://"+m.Addr(), "wants a password", "redis://:password@")
	requireMessage(t, "redis://:s3cr3t@"+m.Addr(), "refuses the user or the password", "correct them")
	requireMessage(t, "redis://me:s3cr3t@"+m.Addr(), "refuses the user or the password")
	require.NoError(t, Check(t.Context(), "redis://:right@"+m.Addr()))
	require.NoError(t, Check(t.Context(), "redis://me:right@"+m.Addr()))
}

func TestRealServerSaysSo(t *testing.T) {
	dsn := testenv.DSN(t, "redis")
	host := bystander(t, dsn).Options().Addr
	requireMessage(t, "redis://"+host+"/99999", "no such database", "0 to 15")
	requireMessage(t, "redis://nobody:s3cr3t@"+host, "refuses the user or the password")
	require.NoError(t, Check(t.Context(), dsn))
}

func TestRefusedGreetings(t *testing.T) {
	for reply, words := range map[string]string{
		"LOADING Redis is loading the dataset in memory":            "try again in a moment",
		"ERR max number of clients reached":                         "raise its maxclients",
		"NOPERM this user has no permissions to run the 'ping'":     "give it the permissions",
		"ERR something about s3cr3t\tthat nobody has thought of":    "*** that nobody has thought of: see that the DSN",
		"DENIED Redis is running in protected mode because nothing": "see that the DSN",
	} {
		m := miniredis.RunT(t)
		m.SetError(strings.ReplaceAll(reply, "\t", " "))
		// The password is only tried if the server takes the first command.
		err := address{host: m.Addr(), password: secret}.explain(t.Context(), Check(t.Context(), "redis://"+m.Addr()))
		require.ErrorContains(t, err, words)
		require.NotContains(t, err.Error(), secret)
	}
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
		err := Check(ctx, scheme+"://:s3cr3t@"+host)
		cancel()
		require.ErrorContains(t, err, "no answer in time")
		require.ErrorContains(t, err, advice)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, Check(ctx, "redis://:s3cr3t@"+host), "cancelled")
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
	require.NoError(t, Check(t.Context(), dsn))
	cellstest.Sequential(t, cellstest.Find(t, Strategies(), "optimistic"), dsn, 20)

	plain := miniredis.RunT(t)
	requireMessage(t, "rediss://:s3cr3t@"+plain.Addr(), "TLS", "redis:// instead")
}
