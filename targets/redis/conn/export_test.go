package conn

import (
	"context"
	"net"

	"github.com/redis/go-redis/v9"
)

// Connect makes a connection to the server of a DSN.
func Connect(ctx context.Context, dsn string) (*Conn, error) {
	a, err := parse(dsn)
	if err != nil {
		return nil, err
	}
	return connect(ctx, a)
}

// Wire is the network connection beneath.
func (c *Conn) Wire() net.Conn { return c.wire }

// Ping is a request.
func Ping(ctx context.Context, client *redis.Client) (string, error) { return ping(ctx, client) }
