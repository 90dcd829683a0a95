package conn

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// connectTimeout bounds how long a connection may take to come about, besides the context.
const connectTimeout = 5 * time.Second

// errDSN quotes nothing of the DSN: where it is misread, anything may be a part of the password.
var errDSN = errors.New("the Redis DSN can't be read: write redis://[user:password@]host:port/database, or rediss:// " +
	"for TLS, with /, ?, # and @ in the password percent-encoded")

var errParameters = errors.New("the Redis DSN has parameters after \"?\" that are not taken: only db and skip_verify " +
	"are, since retries, pools and time limits are the harness's")

// address is where the server is and who asks.
type address struct {
	network, host      string
	username, password string
	database           int
	tls                *tls.Config
}

// parse reads a DSN. Its errors hold nothing of the DSN.
func parse(dsn string) (address, error) {
	u, err := url.Parse(dsn)
	// An @ in the host or the path: the password has a sign that ended it too early.
	if err != nil || u.Fragment != "" || strings.Contains(u.Host+u.Path, "@") {
		return address{}, errDSN
	}
	for name := range u.Query() {
		if name != "db" && name != "skip_verify" {
			return address{}, errParameters
		}
	}
	o, err := redis.ParseURL(dsn)
	if err != nil || o.DB < 0 {
		return address{}, errDSN
	}
	return address{
		network: o.Network, host: o.Addr, username: o.Username, password: o.Password, database: o.DB, tls: o.TLSConfig,
	}, nil
}

// dial makes the bare connection.
func (a address) dial(ctx context.Context) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: connectTimeout}
	if a.tls != nil {
		return (&tls.Dialer{NetDialer: dialer, Config: a.tls}).DialContext(ctx, a.network, a.host)
	}
	return dialer.DialContext(ctx, a.network, a.host)
}

// options makes a go-redis client that does what it is told, once, over the connection given, and nothing else.
func (a address) options(w *wire) *redis.Options {
	return &redis.Options{
		Network: a.network, Addr: a.host, Username: a.username, Password: a.password, DB: a.database,
		Dialer: w.once,
		// RESP2: RESP3 lets the server push what nobody asked for between two replies.
		Protocol: 2,
		// By default a command whose answer was lost is sent up to three times more, and an increment applied as often.
		MaxRetries: -1,
		// One connection, so that WATCH, GET and EXEC are sure to go over the same one; none of their own for pipelines.
		PoolSize:         1,
		PipelinePoolSize: -1,
		// The connection is there when the client is made; a second try at dialling could only hide that it was lost.
		DialerRetries: 1,
		// By default a context ends only the wait for a connection, not the one for an answer.
		ContextTimeoutEnabled: true,
		// The context alone bounds a request: a limit of the driver's would turn slow answers into unknown ones.
		ReadTimeout:  -1,
		WriteTimeout: -1,
		// An idle connection is not closed: a client between two operations is not gone.
		ConnMaxIdleTime: -1,
		// Two commands more on every connection, to tell the server which library this is.
		DisableIdentity: true,
		// The connection must not be handed over to another server while a transaction is being watched.
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}
