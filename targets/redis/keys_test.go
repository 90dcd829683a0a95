package redis

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

func TestKeysSequential(t *testing.T) {
	eachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Keys() {
			t.Run(s.Name, func(t *testing.T) { keystest.Sequential(t, s, dsn) })
		}
	})
}

func TestKeysLeaveNothing(t *testing.T) {
	eachAddress(t, func(t *testing.T, dsn string) {
		c := bystander(t, dsn)
		for _, s := range Keys() {
			st := s.New(dsn, 1).(*keyStore)
			require.NoError(t, st.Setup(t.Context(), 2))
			_, err := keystest.Open(t, st, 0).Create(t.Context(), 1)
			require.NoError(t, err)
			require.Len(t, keysLike(t, c, st.names.prefix+"*"), 1)
			require.NoError(t, st.Close(t.Context()))
			require.Empty(t, keysLike(t, c, st.names.prefix+"*"), s.Name)
		}
	})
}

func TestKeysOpenBeforeSetup(t *testing.T) {
	st := keystest.Find(t, Keys(), "lua").New("", 1)
	_, err := st.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, st.Close(t.Context()))
}

// TestKeysThatWereCut cuts the connection at each request of a create, before the server has it and after it has carried
// it out.
func TestKeysThatWereCut(t *testing.T) {
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
		eachAddress(t, func(t *testing.T, dsn string) {
			for _, fault := range []fault{lose, loseReply} {
				p := newProxy(t, dsn)
				st := keystest.Find(t, Keys(), c.strategy).New(p.dsn(), 1)
				keystest.Setup(t, st, 1)
				session := keystest.Open(t, st, 0)
				met := p.arm(fault, c.at)
				_, err := session.Create(t.Context(), 0)
				<-met
				if c.unknown {
					requireUnknown(t, err)
				} else {
					requireNotApplied(t, err)
				}
				r, err := session.Create(t.Context(), 0)
				require.NoError(t, err, "the next operation connects anew")
				done := c.unknown && fault == loseReply
				require.Equal(t, keys.Result{Found: true, ID: r.ID, Created: !done}, r, "%s at %s", c.strategy, c.at)
			}
		})
	}
}

// TestSetNXThatOnlyReads holds that a create which has only to read any more is not in doubt.
func TestSetNXThatOnlyReads(t *testing.T) {
	eachAddress(t, func(t *testing.T, dsn string) {
		p := newProxy(t, dsn)
		st := keystest.Find(t, Keys(), "setnx").New(p.dsn(), 1).(*keyStore)
		keystest.Setup(t, st, 1)
		session := keystest.Open(t, st, 0)
		first, err := session.Create(t.Context(), 0)
		require.NoError(t, err)
		met := p.arm(loseReply, "*2\r\n$3\r\nget")
		_, err = session.Create(t.Context(), 0)
		<-met
		requireNotApplied(t, err)
		again, err := session.Create(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, first.ID, again.ID)

		require.NoError(t, bystander(t, dsn).Del(t.Context(), st.names.cell(0)).Err())
		conn, err := st.control.get(t.Context())
		require.NoError(t, err)
		_, err = keyJob{conn: conn, key: st.names.cell(0)}.there(t.Context())
		requireNotApplied(t, err)
		require.ErrorContains(t, err, "is gone")
	})
}
