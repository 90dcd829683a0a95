package redis

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

func connected(t *testing.T, dsn string) *conn {
	t.Helper()
	a, err := parse(dsn)
	require.NoError(t, err)
	c, err := connect(t.Context(), a)
	require.NoError(t, err)
	t.Cleanup(c.close)
	return c
}

// TestReplies has replies as servers send them come over a real connection.
func TestReplies(t *testing.T) {
	m := miniredis.RunT(t)
	store := cellstest.Find(t, Strategies(), "atomic").New("redis://"+m.Addr(), 1)
	cellstest.Setup(t, store, 0)
	for reply, applied := range map[string]bool{
		"READONLY You can't write against a read only replica.":                            false,
		"LOADING Redis is loading the dataset in memory":                                   false,
		"OOM command not allowed when used memory > 'maxmemory'.":                          false,
		"MISCONF Redis is configured to save RDB snapshots, but it's unable to persist":    false,
		"NOREPLICAS Not enough good replicas to write.":                                    false,
		"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.": false,
		"NOSCRIPT No matching script. Please use EVAL.":                                    false,
		"BUSY Redis is busy running a script. You can only call SCRIPT KILL.":              false,
		"WRONGTYPE Operation against a key holding the wrong kind of value":                false,
		"NOAUTH Authentication required.":                                                  false,
		"NOPERM this user has no permissions to run the 'incrby' command":                  false,
		"MOVED 3999 127.0.0.1:6381":                                                        false,
		"CLUSTERDOWN The cluster is down":                                                  false,
		"ERR value is not an integer or out of range":                                      false,
		"ERR increment or decrement would overflow":                                        false,
		"ERR unknown command 'incrby', with args beginning with: ":                         false,
		"ERR max number of clients reached":                                                false,
		"ERR user_script:1: attempt to index a nil value script: 1f, on @user_script:1.":   false,
		"ERR Error running script (call to f_1f): @user_script:1: WRONGTYPE Operation":     false,
		// Proxies, which may have passed the command on: twemproxy, Envoy.
		"ERR Connection timed out": true,
		"upstream failure":         true,
		"ERR something new":        true,
	} {
		session := cellstest.Open(t, store, 0)
		m.SetError(reply)
		_, err := session.Apply(t.Context(), addOne)
		m.SetError("")
		require.ErrorContains(t, err, reply)
		if applied {
			requireUnknown(t, err)
		} else {
			requireNotApplied(t, err)
		}
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err, "after %q the connection is of use", reply)
	}
}

// TestRefusalsOfRealCommands has the servers make the errors themselves.
func TestRefusalsOfRealCommands(t *testing.T) {
	eachAddress(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) {
				st := s.New(dsn, 1).(*store)
				cellstest.Setup(t, st, 0, 0)
				session := cellstest.Open(t, st, 0)
				by := bystander(t, dsn)
				require.NoError(t, by.Del(t.Context(), st.names.cell(0)).Err())
				require.NoError(t, by.LPush(t.Context(), st.names.cell(0), 1).Err())
				_, err := session.Apply(t.Context(), addOne)
				requireNotApplied(t, err)
				require.ErrorContains(t, err, "WRONGTYPE")

				require.NoError(t, by.Del(t.Context(), st.names.cell(0)).Err())
				if s.Name != "atomic" { // INCRBY makes the key
					_, err = session.Apply(t.Context(), addOne)
					requireNotApplied(t, err)
					require.ErrorContains(t, err, "is gone")
				}
			})
		}
	})
}

func TestTransactions(t *testing.T) {
	eachAddress(t, func(t *testing.T, dsn string) {
		c, by := connected(t, dsn), bystander(t, dsn)
		s := &session{names: newNames()}
		j := job{session: s, conn: c, change: addOne}
		key := s.names.cell(0)
		t.Cleanup(func() { by.Del(context.Background(), key) })
		require.NoError(t, by.Set(t.Context(), key, 1, 0).Err())

		require.NoError(t, j.watch(t.Context(), c))
		require.NoError(t, by.Set(t.Context(), key, 2, 0).Err())
		err := j.exec(t.Context(), cells.Pair{7})
		requireNotApplied(t, err)
		require.True(t, conflicted(err))
		require.False(t, c.broken())

		_, err = c.client.TxPipelined(t.Context(), func(p redis.Pipeliner) error { return p.Do(t.Context(), "get").Err() })
		require.True(t, aborted(err), "%v", err)
		require.False(t, conflicted(err))
		require.Equal(t, "2", by.Get(t.Context(), key).Val())

		require.NoError(t, j.exec(t.Context(), cells.Pair{8}))
		require.Equal(t, "8", by.Get(t.Context(), key).Val())
	})
}

// If the server refuses the MULTI, it may still carry out what follows.
func TestRefusedMulti(t *testing.T) {
	m := miniredis.RunT(t)
	c := connected(t, "redis://"+m.Addr())
	j := job{session: &session{names: newNames()}, conn: c, change: addOne}
	m.SetError("LOADING Redis is loading the dataset in memory")
	requireUnknown(t, j.exec(t.Context(), cells.Pair{7}))
	require.True(t, c.broken(), "replies that were not read would answer the next request")
}

func TestNothingWasSent(t *testing.T) {
	m := miniredis.RunT(t)
	for _, err := range []error{redis.ErrPoolTimeout, redis.ErrClosed, io.ErrClosedPipe, context.DeadlineExceeded} {
		c := connected(t, "redis://"+m.Addr())
		_, got := commit(t.Context(), c, "write value", func(context.Context, *redis.Client) (int, error) { return 0, err })
		requireNotApplied(t, got)
		require.ErrorIs(t, got, err)
		require.True(t, c.broken())
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errGaveUp)
	c := connected(t, "redis://"+m.Addr())
	_, err := commit(ctx, c, "write value", ping)
	requireNotApplied(t, err)
	require.ErrorIs(t, err, errGaveUp)
}

// A connection that has broken is not replaced by go-redis: what was watched over it would be forgotten.
func TestConnectionIsNeverReplaced(t *testing.T) {
	m := miniredis.RunT(t)
	c := connected(t, "redis://"+m.Addr())
	require.NoError(t, c.wire.Close())
	for range 3 {
		_, err := commit(t.Context(), c, "write value", ping)
		requireNotApplied(t, err)
	}
	require.Equal(t, 1, m.TotalConnectionCount())
}

func TestAnswersThatNobodyGives(t *testing.T) {
	j := job{session: &session{names: newNames()}, change: addOne}
	for _, reply := range [][]any{{}, {int64(1)}, {int64(1), nil}, {int64(1), "x"}} {
		_, err := j.effect(j.names.of(j.change), reply)
		requireUnknown(t, err)
	}
	require.False(t, refused(errors.New("READONLY not a reply")))
	require.False(t, refused(nil))
}
