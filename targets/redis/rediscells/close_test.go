package rediscells

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

// theirs makes keys that are not the store's, one of them under its own word, and requires that they stay.
func theirs(t *testing.T, c *redis.Client) {
	t.Helper()
	foreign := []string{names{conn.NewNames()}.cell(0), "theirs:" + conn.NewNames().Prefix()}
	for _, key := range foreign {
		require.NoError(t, c.Set(t.Context(), key, "precious", 0).Err())
	}
	t.Cleanup(func() {
		for _, key := range foreign {
			require.Equal(t, "precious", c.Get(context.Background(), key).Val())
			require.NoError(t, c.Del(context.Background(), key).Err())
		}
	})
}

func TestCloseLeavesNothing(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		c := conntest.Bystander(t, dsn)
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) {
				theirs(t, c)
				st := s.New(dsn, 1).(*store)
				require.NoError(t, st.Setup(t.Context(), []int64{1, 2}))
				session := cellstest.Open(t, st, 0)
				_, err := session.Apply(t.Context(), addOne)
				require.NoError(t, err)
				// Locks, fences and tokens as an interrupted client leaves them, and without an end.
				for _, key := range []string{st.names.lock(1), st.names.fence(1), st.names.tokens()} {
					require.NoError(t, c.Set(t.Context(), key, 1, 0).Err())
				}
				require.NotEmpty(t, conntest.KeysLike(t, c, st.names.Prefix()+"*"))
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				require.NoError(t, st.Close(ctx), "the run's context is long done")
				require.Empty(t, conntest.KeysLike(t, c, st.names.Prefix()+"*"))
				require.NoError(t, st.Close(ctx), "again")
			})
		}
	})
}

// A quiet server has the same keys before and after: Close deletes what Setup and clients made, and nothing else.
func TestServerIsAsBefore(t *testing.T) {
	e := conntest.Embedded(t)
	require.NoError(t, e.Server.Set("theirs", "precious"))
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { cellstest.Sequential(t, s, e.DSN(), 20) })
		require.Equal(t, []string{"theirs"}, e.Server.Keys(), s.Name)
	}
	require.Eventually(t, func() bool { return e.Server.CurrentConnectionCount() == 0 }, 10*time.Second, time.Millisecond)
}

func TestSetupThatWasCutHalfWay(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		c, p := conntest.Bystander(t, dsn), conntest.NewProxy(t, dsn)
		st := cellstest.Find(t, Strategies(), "lua").New(p.DSN(), 1).(*store)
		met := p.Arm(conntest.LoseReply, ":cell:"+"1100") // in the third batch
		err := st.Setup(t.Context(), make([]int64, 1200))
		<-met
		require.ErrorContains(t, err, "making the keys")
		require.Len(t, conntest.KeysLike(t, c, st.names.Prefix()+"*"), 1200)
		require.NoError(t, st.Close(t.Context()))
		require.Empty(t, conntest.KeysLike(t, c, st.names.Prefix()+"*"))
	})
}

func TestSetupOverwritesNothing(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		c := conntest.Bystander(t, dsn)
		st := cellstest.Find(t, Strategies(), "lua").New(dsn, 1).(*store)
		key := st.names.cell(1)
		require.NoError(t, c.Set(t.Context(), key, "precious", 0).Err())
		require.ErrorContains(t, st.Setup(t.Context(), []int64{1, 2}), "there already")
		require.NoError(t, st.Close(t.Context()))
		require.Equal(t, "precious", c.Get(t.Context(), key).Val())
		require.NoError(t, c.Del(t.Context(), key).Err())
	})
}

func TestSetupThatWasCancelled(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		st := cellstest.Find(t, Strategies(), "lua").New(dsn, 1)
		require.ErrorContains(t, st.Setup(ctx, []int64{1}), "cancelled")
		require.NoError(t, st.Close(ctx))
	})
}

func TestOpenBeforeSetup(t *testing.T) {
	st := cellstest.Find(t, Strategies(), "lua").New("", 1)
	_, err := st.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, st.Close(t.Context()))
}

// What a lock's holder does after it was cancelled is nothing, and its locks expire.
func TestCancelledWhileWaitingForALock(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		for _, name := range []string{"expiring-lock", "expiring-lock-token", "fenced-lock"} {
			t.Run(name, func(t *testing.T) {
				st := cellstest.Find(t, Strategies(), name).New(dsn, 1).(*store)
				cellstest.Setup(t, st, 5, 5)
				session := cellstest.Open(t, st, 0)
				c := conntest.Bystander(t, dsn)
				require.NoError(t, c.Set(t.Context(), st.names.lock(1), "another's", 0).Err())
				ctx, cancel := context.WithTimeoutCause(t.Context(), 10*lease, errGaveUp)
				defer cancel()
				_, err := session.Apply(ctx, cells.Change{Kind: cells.Move, Key: 1, To: 0, Delta: 1})
				conntest.RequireNotApplied(t, err)
				require.Equal(t, "another's", c.Get(t.Context(), st.names.lock(1)).Val())
				all, err := session.ReadAll(t.Context())
				require.NoError(t, err)
				require.Equal(t, []int64{5, 5}, all)
			})
		}
	})
}
