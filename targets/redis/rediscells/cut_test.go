package rediscells

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

var (
	addOne    = cells.Change{Kind: cells.Add, Delta: 1}
	errGaveUp = errors.New("gave up")
)

// writes has, by strategy, what only its writing request has in it, and what only an earlier one has.
func writes(name string) (write, earlier string) {
	switch name {
	case "atomic":
		return "incrby", ""
	case "lua":
		return "INCRBY", ""
	case "fenced-lock":
		return "ARGV[n + i]", "incr"
	case "expiring-lock", "expiring-lock-token":
		return "*3\r\n$3\r\nset", "px"
	case "read-modify-write":
		return "*3\r\n$3\r\nset", "get"
	case "multi-of-client-value":
		return "exec", "get"
	}
	return "exec", "watch"
}

// cut opens a session of every strategy behind a proxy, and closes in order.
func cut(t *testing.T, fn func(t *testing.T, s cells.Strategy, p *conntest.Proxy, session cells.Session, read func() int64)) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) {
				p := conntest.NewProxy(t, dsn)
				store := s.New(p.DSN(), 1)
				cellstest.Setup(t, store, 0)
				fn(t, s, p, cellstest.Open(t, store, 0), func() int64 {
					v, err := cellstest.Open(t, store, 1).Read(t.Context(), 0)
					require.NoError(t, err)
					return v
				})
			})
		}
	})
}

func TestWriteWhoseAnswerWasLost(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *conntest.Proxy, session cells.Session, read func() int64) {
		write, _ := writes(s.Name)
		met := p.Arm(conntest.LoseReply, write)
		_, err := session.Apply(t.Context(), addOne)
		<-met
		conntest.RequireUnknown(t, err)
		require.Equal(t, int64(1), read(), "applied once, though nobody was told")
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err, "the next operation connects anew")
		require.Equal(t, int64(2), read())
	})
}

func TestWriteThatWasLost(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *conntest.Proxy, session cells.Session, read func() int64) {
		write, _ := writes(s.Name)
		met := p.Arm(conntest.Lose, write)
		_, err := session.Apply(t.Context(), addOne)
		<-met
		conntest.RequireUnknown(t, err)
		require.Zero(t, read())
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err)
		require.Equal(t, int64(1), read())
	})
}

func TestCutBeforeTheWrite(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *conntest.Proxy, session cells.Session, read func() int64) {
		_, earlier := writes(s.Name)
		if earlier == "" {
			t.Skip("has one round trip only")
		}
		met := p.Arm(conntest.LoseReply, earlier)
		_, err := session.Apply(t.Context(), addOne)
		<-met
		conntest.RequireNotApplied(t, err)
		require.Zero(t, read())
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err)
		require.Equal(t, int64(1), read())
	})
}

func TestCancelledWhileTheWriteIsUnderWay(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *conntest.Proxy, session cells.Session, _ func() int64) {
		write, _ := writes(s.Name)
		conntest.RequireUnknown(t, applyCancelled(t, p.Arm(conntest.Swallow, write), session))
	})
}

func TestCancelledBeforeTheWrite(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *conntest.Proxy, session cells.Session, read func() int64) {
		_, earlier := writes(s.Name)
		if earlier == "" {
			t.Skip("has one round trip only")
		}
		conntest.RequireNotApplied(t, applyCancelled(t, p.Arm(conntest.Swallow, earlier), session))
		require.Zero(t, read())
	})
}

// applyCancelled makes a change whose context is cancelled when the fault has happened.
func applyCancelled(t *testing.T, met <-chan struct{}, session cells.Session) error {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	go func() { <-met; cancel(errGaveUp) }()
	_, err := session.Apply(ctx, addOne)
	require.ErrorIs(t, err, errGaveUp)
	return err
}

func TestClosedWhileTheWriteIsUnderWay(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *conntest.Proxy, session cells.Session, _ func() int64) {
		write, _ := writes(s.Name)
		met := p.Arm(conntest.Swallow, write)
		closed := make(chan error)
		go func() { <-met; closed <- session.Close() }()
		_, err := session.Apply(t.Context(), addOne)
		require.NoError(t, <-closed)
		conntest.RequireUnknown(t, err)
		_, err = session.Apply(t.Context(), addOne)
		conntest.RequireNotApplied(t, err)
		require.ErrorIs(t, err, conn.ErrClosed)
	})
}

func TestReadThatWasCut(t *testing.T) {
	cut(t, func(t *testing.T, _ cells.Strategy, p *conntest.Proxy, session cells.Session, _ func() int64) {
		met := p.Arm(conntest.LoseReply, "get")
		_, err := session.Read(t.Context(), 0)
		<-met
		conntest.RequireNotApplied(t, err)
		_, err = session.Read(t.Context(), 0)
		require.NoError(t, err)
	})
}

// An operation waits out an outage: it is not one that failed, and uses up no other.
func TestOutage(t *testing.T) {
	cut(t, func(t *testing.T, _ cells.Strategy, p *conntest.Proxy, session cells.Session, read func() int64) {
		for _, operation := range []func() error{
			func() error { _, err := session.Apply(t.Context(), addOne); return err },
			func() error { _, err := session.Read(t.Context(), 0); return err },
			func() error { _, err := session.ReadAll(t.Context()); return err },
		} {
			met := p.Arm(conntest.Lose, "get")
			_, err := session.Read(t.Context(), 0)
			<-met
			conntest.RequireNotApplied(t, err)
			p.HangUp(4)
			require.NoError(t, operation())
			require.True(t, p.Admits(), "tried until the server was there")
		}
		require.Equal(t, int64(1), read())
	})
}

// The store's own connection has idled since Setup: that an outage has cut it must not leave the keys behind.
func TestCloseAfterAnOutage(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		p := conntest.NewProxy(t, dsn)
		st := cellstest.Find(t, Strategies(), "lua").New(p.DSN(), 1).(*store)
		require.NoError(t, st.Setup(t.Context(), []int64{0}))
		p.Cut()
		require.NoError(t, st.Close(t.Context()))
		require.Empty(t, conntest.KeysLike(t, conntest.Bystander(t, dsn), st.names.Prefix()+"*"))
	})
}

// A client that comes or is closed during an outage is told at once.
func TestOpenAndCloseInAnOutage(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		p := conntest.NewProxy(t, dsn)
		store := cellstest.Find(t, Strategies(), "lua").New(p.DSN(), 1)
		cellstest.Setup(t, store, 0)
		session := cellstest.Open(t, store, 0).(*session)
		over, err := session.main.Wait(t.Context())
		require.NoError(t, err)
		over.Close()
		p.HangUp(1)
		_, err = store.Open(t.Context(), 1)
		require.ErrorContains(t, err, "Redis at ")
		require.True(t, p.Admits(), "tried once")

		p.HangUp(math.MaxInt)
		failed := make(chan error)
		go func() { _, err := session.Apply(t.Context(), addOne); failed <- err }()
		require.NoError(t, session.Close())
		conntest.RequireNotApplied(t, <-failed)
		p.HangUp(0)
	})
}

// The server goes away: an operation fails or is unknown, but does not outlast its time, and no client can come.
func TestServerGoesAway(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		p := conntest.NewProxy(t, dsn)
		store := cellstest.Find(t, Strategies(), "lua").New(p.DSN(), 1).(*store)
		require.NoError(t, store.Setup(t.Context(), []int64{0}))
		session := cellstest.Open(t, store, 0)
		p.Stop()
		_, err := session.Apply(t.Context(), addOne)
		require.Error(t, err)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, errGaveUp)
		defer cancel()
		_, err = session.Apply(ctx, addOne)
		conntest.RequireNotApplied(t, err)
		require.ErrorIs(t, err, errGaveUp)
		_, err = store.Open(t.Context(), 1)
		require.ErrorContains(t, err, "nothing answers")
		require.ErrorContains(t, store.Close(t.Context()), "delete them by hand")

		c := conntest.Bystander(t, dsn)
		require.NoError(t, c.Del(t.Context(), conntest.KeysLike(t, c, store.names.Prefix()+"*")...).Err())
	})
}
