package conn

import (
	"errors"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"
)

const secret = "s3cr3t"

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

func TestField(t *testing.T) {
	const info = "# Server\r\nredis_version:7.2.4\r\nvalkey_version:8.0.1\r\n"
	require.Equal(t, "8.0.1", field(info, "valkey_version"))
	require.Empty(t, field(info, "version"))
}

func TestRefusedIsOfReplies(t *testing.T) {
	require.False(t, refused(errors.New("READONLY not a reply")))
	require.False(t, refused(nil))
}
