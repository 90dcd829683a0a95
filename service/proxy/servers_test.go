package proxy_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/service/proxy"
)

// meeting holds the answers to what reads until as many have come as there are clients, and then lets all go. So all have
// read before one writes, which is an order that the gate makes, and not chance.
type meeting struct {
	reads []byte // what a request has in it that reads

	mu      sync.Mutex
	reading map[int64]bool // by connection
	missing int
	all     chan struct{}
}

func meet(clients int, reads string) *meeting {
	return &meeting{reads: []byte(reads), reading: map[int64]bool{}, missing: clients, all: make(chan struct{})}
}

func (g *meeting) Pass(ctx context.Context, m proxy.Message) (bool, error) {
	if !g.holds(m) {
		return false, nil
	}
	select {
	case <-g.all:
		return true, nil
	case <-ctx.Done():
		return true, context.Cause(ctx)
	}
}

func (g *meeting) holds(m proxy.Message) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.Direction == proxy.Request {
		g.reading[m.Conn] = bytes.Contains(m.Bytes, g.reads)
		return false
	}
	if !g.reading[m.Conn] || m.Part > 0 {
		return false
	}
	if g.missing--; g.missing == 0 {
		close(g.all)
	}
	return true
}

// store is a number in a real server, behind a connection of its own.
type store struct {
	read  func() (int, error)
	write func(int) error
}

func (s store) add() error {
	v, err := s.read()
	if err != nil {
		return err
	}
	return s.write(v + 1)
}

// overRedis gives a number in Redis: seen directly, and through a proxy.
func overRedis(t *testing.T, g proxy.Gate) (direct store, through func() store, p *proxy.Proxy) {
	t.Helper()
	dsn := testenv.DSN(t, "redis")
	key := fmt.Sprintf("proxy:%x", rand.Uint64())
	open := func(dsn string) (*redis.Client, store) {
		o, err := redis.ParseURL(dsn)
		require.NoError(t, err)
		o.PoolSize, o.MaxRetries = 1, -1
		c := redis.NewClient(o)
		t.Cleanup(func() { require.NoError(t, c.Close()) })
		return c, store{
			read:  func() (int, error) { return c.Get(t.Context(), key).Int() },
			write: func(v int) error { return c.Set(t.Context(), key, v, 0).Err() },
		}
	}
	c, direct := open(dsn)
	t.Cleanup(func() { require.NoError(t, c.Del(context.Background(), key).Err()) })
	p, redirected := before(t, dsn, g)
	return direct, func() store { _, s := open(redirected); return s }, p
}

// overPostgres gives a number in PostgreSQL: seen directly, and through a proxy.
func overPostgres(t *testing.T, g proxy.Gate) (direct store, through func() store, p *proxy.Proxy) {
	t.Helper()
	dsn := testenv.DSN(t, "postgres")
	table := fmt.Sprintf("proxy_%x", rand.Uint64())
	open := func(dsn string) (*pgx.Conn, store) {
		c, err := pgx.Connect(t.Context(), dsn)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
		return c, store{
			read: func() (v int, err error) {
				// In one message, with its text, so that the gate can know it.
				err = c.QueryRow(t.Context(), "SELECT v FROM "+table, pgx.QueryExecModeSimpleProtocol).Scan(&v)
				return v, err
			},
			write: func(v int) error {
				_, err := c.Exec(t.Context(), "UPDATE "+table+" SET v = $1", v)
				return err
			},
		}
	}
	c, direct := open(dsn)
	_, err := c.Exec(t.Context(), "CREATE TABLE "+table+" AS SELECT 0 AS v")
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := c.Exec(context.Background(), "DROP TABLE "+table)
		require.NoError(t, err)
	})
	p, redirected := before(t, dsn, g)
	return direct, func() store { _, s := open(redirected); return s }, p
}

// before starts a proxy before a server, and gives the DSN that leads through it.
func before(t *testing.T, dsn string, g proxy.Gate) (p *proxy.Proxy, redirected string) {
	t.Helper()
	upstream, _, err := proxy.Redirect(dsn, "127.0.0.1:1")
	require.NoError(t, err)
	p = start(t, upstream, g)
	_, redirected, err = proxy.Redirect(dsn, p.Addr())
	require.NoError(t, err)
	return p, redirected
}

// server is a real one.
type server struct {
	// reads is what a request that reads the number has in it.
	reads string
	// number makes one: seen directly, and by each new client through a proxy.
	number func(t *testing.T, g proxy.Gate) (direct store, through func() store, p *proxy.Proxy)
}

func eachServer(t *testing.T, do func(t *testing.T, s server)) {
	t.Run("redis", func(t *testing.T) { do(t, server{"\r\nget\r\n", overRedis}) })
	t.Run("postgres", func(t *testing.T) { do(t, server{"SELECT v", overPostgres}) })
}

func TestClientsOfRealServersWork(t *testing.T) {
	eachServer(t, func(t *testing.T, one server) {
		direct, through, p := one.number(t, proxy.Delay(time.Microsecond, 1))
		require.NoError(t, direct.write(0))
		for range 3 {
			s := through()
			for range 5 {
				require.NoError(t, s.add())
			}
		}
		v, err := direct.read()
		require.NoError(t, err)
		require.Equal(t, 15, v)
		s := p.Stats()
		require.EqualValues(t, 3, s.Connections)
		require.GreaterOrEqual(t, s.Held, int64(30))
	})
}

// TestAGateHoldsTheOrder makes two clients, each of which adds one, lose one of the two.
func TestAGateHoldsTheOrder(t *testing.T) {
	eachServer(t, func(t *testing.T, one server) {
		direct, through, p := one.number(t, meet(2, one.reads))
		require.NoError(t, direct.write(0))
		var g errgroup.Group
		for range 2 {
			s := through()
			g.Go(s.add)
		}
		require.NoError(t, g.Wait())
		v, err := direct.read()
		require.NoError(t, err)
		require.Equal(t, 1, v, "no update was lost")
		require.EqualValues(t, 2, p.Stats().Held)
	})
}
