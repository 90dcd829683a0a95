package redis

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
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

func requireNotApplied(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, harness.ErrNotApplied)
}

func requireUnknown(t *testing.T, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
}

// cut opens a session of every strategy behind a proxy, and closes in order.
func cut(t *testing.T, fn func(t *testing.T, s cells.Strategy, p *proxy, session cells.Session, read func() int64)) {
	eachAddress(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) {
				p := newProxy(t, dsn)
				store := s.New(p.dsn(), 1)
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
	cut(t, func(t *testing.T, s cells.Strategy, p *proxy, session cells.Session, read func() int64) {
		write, _ := writes(s.Name)
		met := p.arm(loseReply, write)
		_, err := session.Apply(t.Context(), addOne)
		<-met
		requireUnknown(t, err)
		require.Equal(t, int64(1), read(), "applied once, though nobody was told")
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err, "the next operation connects anew")
		require.Equal(t, int64(2), read())
	})
}

func TestWriteThatWasLost(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *proxy, session cells.Session, read func() int64) {
		write, _ := writes(s.Name)
		met := p.arm(lose, write)
		_, err := session.Apply(t.Context(), addOne)
		<-met
		requireUnknown(t, err)
		require.Zero(t, read())
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err)
		require.Equal(t, int64(1), read())
	})
}

func TestCutBeforeTheWrite(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *proxy, session cells.Session, read func() int64) {
		_, earlier := writes(s.Name)
		if earlier == "" {
			t.Skip("has one round trip only")
		}
		met := p.arm(loseReply, earlier)
		_, err := session.Apply(t.Context(), addOne)
		<-met
		requireNotApplied(t, err)
		require.Zero(t, read())
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err)
		require.Equal(t, int64(1), read())
	})
}

func TestCancelledWhileTheWriteIsUnderWay(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *proxy, session cells.Session, _ func() int64) {
		write, _ := writes(s.Name)
		requireUnknown(t, applyCancelled(t, p.arm(swallow, write), session))
	})
}

func TestCancelledBeforeTheWrite(t *testing.T) {
	cut(t, func(t *testing.T, s cells.Strategy, p *proxy, session cells.Session, read func() int64) {
		_, earlier := writes(s.Name)
		if earlier == "" {
			t.Skip("has one round trip only")
		}
		requireNotApplied(t, applyCancelled(t, p.arm(swallow, earlier), session))
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
	cut(t, func(t *testing.T, s cells.Strategy, p *proxy, session cells.Session, _ func() int64) {
		write, _ := writes(s.Name)
		met := p.arm(swallow, write)
		closed := make(chan error)
		go func() { <-met; closed <- session.Close() }()
		_, err := session.Apply(t.Context(), addOne)
		require.NoError(t, <-closed)
		requireUnknown(t, err)
		_, err = session.Apply(t.Context(), addOne)
		requireNotApplied(t, err)
		require.ErrorIs(t, err, errClosed)
	})
}

func TestReadThatWasCut(t *testing.T) {
	cut(t, func(t *testing.T, _ cells.Strategy, p *proxy, session cells.Session, _ func() int64) {
		met := p.arm(loseReply, "get")
		_, err := session.Read(t.Context(), 0)
		<-met
		requireNotApplied(t, err)
		_, err = session.Read(t.Context(), 0)
		require.NoError(t, err)
	})
}

// An operation waits out an outage: it is not one that failed, and uses up no other.
func TestOutage(t *testing.T) {
	cut(t, func(t *testing.T, _ cells.Strategy, p *proxy, session cells.Session, read func() int64) {
		for _, operation := range []func() error{
			func() error { _, err := session.Apply(t.Context(), addOne); return err },
			func() error { _, err := session.Read(t.Context(), 0); return err },
			func() error { _, err := session.ReadAll(t.Context()); return err },
		} {
			met := p.arm(lose, "get")
			_, err := session.Read(t.Context(), 0)
			<-met
			requireNotApplied(t, err)
			p.hangUp(4)
			require.NoError(t, operation())
			require.True(t, p.admits(), "tried until the server was there")
		}
		require.Equal(t, int64(1), read())
	})
}

// The store's own connection has idled since Setup: that an outage has cut it must not leave the keys behind.
func TestCloseAfterAnOutage(t *testing.T) {
	eachAddress(t, func(t *testing.T, dsn string) {
		p := newProxy(t, dsn)
		st := cellstest.Find(t, Strategies(), "lua").New(p.dsn(), 1).(*store)
		require.NoError(t, st.Setup(t.Context(), []int64{0}))
		p.cut()
		require.NoError(t, st.Close(t.Context()))
		require.Empty(t, keysLike(t, bystander(t, dsn), st.names.prefix+"*"))
	})
}

// A client that comes or is closed during an outage is told at once.
func TestOpenAndCloseInAnOutage(t *testing.T) {
	eachAddress(t, func(t *testing.T, dsn string) {
		p := newProxy(t, dsn)
		store := cellstest.Find(t, Strategies(), "lua").New(p.dsn(), 1)
		cellstest.Setup(t, store, 0)
		session := cellstest.Open(t, store, 0).(*session)
		session.main.conn.close()
		p.hangUp(1)
		_, err := store.Open(t.Context(), 1)
		require.ErrorContains(t, err, "Redis at ")
		require.True(t, p.admits(), "tried once")

		p.hangUp(math.MaxInt)
		failed := make(chan error)
		go func() { _, err := session.Apply(t.Context(), addOne); failed <- err }()
		require.NoError(t, session.Close())
		requireNotApplied(t, <-failed)
		p.hangUp(0)
	})
}

// The server goes away: an operation fails or is unknown, but does not outlast its time, and no client can come.
func TestServerGoesAway(t *testing.T) {
	eachAddress(t, func(t *testing.T, dsn string) {
		p := newProxy(t, dsn)
		store := cellstest.Find(t, Strategies(), "lua").New(p.dsn(), 1).(*store)
		require.NoError(t, store.Setup(t.Context(), []int64{0}))
		session := cellstest.Open(t, store, 0)
		p.stop()
		_, err := session.Apply(t.Context(), addOne)
		require.Error(t, err)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, errGaveUp)
		defer cancel()
		_, err = session.Apply(ctx, addOne)
		requireNotApplied(t, err)
		require.ErrorIs(t, err, errGaveUp)
		_, err = store.Open(t.Context(), 1)
		require.ErrorContains(t, err, "nothing answers")
		require.ErrorContains(t, store.Close(t.Context()), "delete them by hand")

		store.control = &link{address: address{network: "tcp", host: bystander(t, dsn).Options().Addr}}
		require.NoError(t, store.Close(t.Context()))
	})
}
