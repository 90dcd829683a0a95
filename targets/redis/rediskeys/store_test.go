package rediskeys

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

func TestSequential(t *testing.T) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) { keystest.Sequential(t, s, dsn) })
		}
	})
}

func TestLeaveNothing(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		c := conntest.Bystander(t, dsn)
		for _, s := range Strategies() {
			st := s.New(dsn, 1).(*store)
			require.NoError(t, st.Setup(t.Context(), 2))
			_, err := keystest.Open(t, st, 0).Create(t.Context(), 1)
			require.NoError(t, err)
			require.Len(t, conntest.KeysLike(t, c, st.Names().Prefix()+"*"), 1)
			require.NoError(t, st.Close(t.Context()))
			require.Empty(t, conntest.KeysLike(t, c, st.Names().Prefix()+"*"), s.Name)
		}
	})
}

func TestOpenBeforeSetup(t *testing.T) {
	st := keystest.Find(t, Strategies(), "lua").New("", 1)
	_, err := st.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, st.Close(t.Context()))
}

// TestThatWereCut cuts the connection at each request of a create, before the server has it and after it has carried
// it out.
func TestThatWereCut(t *testing.T) {
	const set = "*3\r\n$3\r\nset"
	for _, c := range []struct {
		strategy, at string
		unknown      bool // else surely not applied
	}{
		{"exists-then-set", "exists", false},
		{"exists-then-set", set, true},
		{"get-then-set", "get", false},
		{"get-then-set", set, true},
		{"setnx", "NX", true},
		{"lua", "eval", true},
	} {
		conntest.EachAddress(t, func(t *testing.T, dsn string) {
			for _, fault := range []conntest.Fault{conntest.Lose, conntest.LoseReply} {
				p := conntest.NewProxy(t, dsn)
				st := keystest.Find(t, Strategies(), c.strategy).New(p.DSN(), 1)
				keystest.Setup(t, st, 1)
				session := keystest.Open(t, st, 0)
				met := p.Arm(fault, c.at)
				_, err := session.Create(t.Context(), 0)
				<-met
				if c.unknown {
					conntest.RequireUnknown(t, err)
				} else {
					conntest.RequireNotApplied(t, err)
				}
				r, err := session.Create(t.Context(), 0)
				require.NoError(t, err, "the next operation connects anew")
				done := c.unknown && fault == conntest.LoseReply
				require.Equal(t, keys.Result{Found: true, ID: r.ID, Created: !done}, r, "%s at %s", c.strategy, c.at)
			}
		})
	}
}

// TestSetNXThatOnlyReads holds that a create which has only to read any more is not in doubt.
func TestSetNXThatOnlyReads(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		p := conntest.NewProxy(t, dsn)
		st := keystest.Find(t, Strategies(), "setnx").New(p.DSN(), 1).(*store)
		keystest.Setup(t, st, 1)
		session := keystest.Open(t, st, 0)
		first, err := session.Create(t.Context(), 0)
		require.NoError(t, err)
		met := p.Arm(conntest.LoseReply, "*2\r\n$3\r\nget")
		_, err = session.Create(t.Context(), 0)
		<-met
		conntest.RequireNotApplied(t, err)
		again, err := session.Create(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, first.ID, again.ID)

		require.NoError(t, conntest.Bystander(t, dsn).Del(t.Context(), st.Names().Key(kind, 0)).Err())
		over, err := st.Control(t.Context())
		require.NoError(t, err)
		_, err = job{conn: over, key: st.Names().Key(kind, 0)}.there(t.Context())
		conntest.RequireNotApplied(t, err)
		require.ErrorContains(t, err, "is gone")
	})
}
