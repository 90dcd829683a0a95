package redissession

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/strategy"
)

// pair is a primary and a replica of it.
type pair struct {
	*conn.Base
	replica  *conn.Base
	replicas int // of the primary, once connected
}

// newPair makes them of a DSN. It connects to nothing.
func newPair(dsn string) *pair {
	primary, replica := strategy.Addresses(dsn)
	return &pair{Base: conn.NewBase(primary), replica: conn.NewBase(replica)}
}

var (
	errPrimary = errors.New("redis+replica: the first server is a replica itself; " +
		"name its primary first in the DSN, then the replica")
	errReplica = errors.New("redis+replica: the second server is no replica of the first; " +
		"have it follow that by REPLICAOF, or correct the DSN")
	errCut = errors.New("redis+replica: the replica has lost its primary, or is still loading; " +
		"see that it reaches it, and try again")
)

// connect connects to both, and holds that the one follows the other.
func (p *pair) connect(ctx context.Context) error {
	if err := p.Begin(ctx); err != nil {
		return err
	}
	if err := p.replica.Begin(ctx); err != nil {
		return fmt.Errorf("the replica: %w", err)
	}
	primary, err := replication(ctx, p.Base)
	if err != nil {
		return err
	}
	replica, err := replication(ctx, p.replica)
	if err != nil {
		return err
	}
	p.replicas, _ = strconv.Atoi(primary["connected_slaves"])
	switch {
	case primary["role"] != "master":
		return errPrimary
	case replica["role"] != "slave":
		return errReplica
	case replica["master_link_status"] != "up":
		return errCut
	case replica["master_replid"] != primary["master_replid"] || p.replicas == 0:
		return errReplica
	}
	return nil
}

// replication is what a server says of whom it follows, and who follows it.
func replication(ctx context.Context, b *conn.Base) (map[string]string, error) {
	over, err := b.Control(ctx)
	if err != nil {
		return nil, err
	}
	info, _, err := conn.RoundTrip(ctx, over, func(ctx context.Context, c *redis.Client) (map[string]map[string]string, error) {
		return c.InfoMap(ctx, "replication").Result()
	})
	if err != nil {
		return nil, fmt.Errorf("redis+replica: INFO replication: %w; see that the user of the DSN may ask for it", err)
	}
	return info["Replication"], nil
}

// Close deletes the keys.
func (p *pair) Close(ctx context.Context) error {
	return errors.Join(p.Base.Close(ctx), p.replica.Close(ctx))
}

// Version names both servers.
func (p *pair) Version() string { return p.Base.Version() + ", and a replica of it" }
