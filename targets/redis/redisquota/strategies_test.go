package redisquota

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/redis/internal/conntest"
	"github.com/lostupdate/stress/targets/targettest"
	"github.com/lostupdate/stress/workloads/quota"
)

func TestStrategies(t *testing.T) {
	targettest.Names(t, Strategies())
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) {
				targettest.Quota(t, s, dsn)
				w, err := quota.New(quota.Config{})
				require.NoError(t, err)
				targettest.Shows(t, s, dsn, w)
			})
		}
	})
}

// TestLostConnection cuts the connection at a command, before the server has it and after it has answered. A take that is
// refused and not taken back is in doubt too.
func TestLostConnection(t *testing.T) {
	for _, c := range []struct {
		strategy, at string
		amount       int64
		unknown      bool // else surely not applied
	}{
		{"read-modify-write", "get", 1, false},
		{"read-modify-write", "set", 1, true},
		{"check-then-increment", "incrby", 1, true},
		{"increment-then-undo", "incrby", 1, true},
		{"increment-then-undo", "-4", 4, true},
		{"watch", "watch", 1, false},
		{"watch", "exec", 1, true},
		{"lua", "eval", 1, true},
	} {
		conntest.EachAddress(t, func(t *testing.T, dsn string) {
			for _, fault := range []conntest.Fault{conntest.Lose, conntest.LoseReply} {
				p := conntest.NewProxy(t, dsn)
				target := targettest.Find(t, Strategies(), c.strategy).New(p.DSN(), 1)(targettest.Quotas(t))
				targettest.Setup(t, target)
				client := targettest.Open(t, target, 0)
				met := p.Arm(fault, c.at)
				_, err := client.Do(t.Context(), quota.Input{Amount: c.amount})
				<-met
				if c.unknown {
					conntest.RequireUnknown(t, err)
				} else {
					conntest.RequireNotApplied(t, err)
				}
				_, err = client.Do(t.Context(), quota.Input{Kind: quota.Used})
				require.NoError(t, err, "the next operation connects anew")
			}
		})
	}
}

// TestKeysThatAreGone holds that a quota which somebody else deleted is an error, and nothing to take from.
func TestKeysThatAreGone(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		for _, name := range []string{"check-then-increment", "watch", "lua"} {
			target := targettest.Find(t, Strategies(), name).New(dsn, 1)(targettest.Quotas(t)).(*store)
			targettest.Setup(t, target)
			client := targettest.Open(t, target, 0)
			require.NoError(t, conntest.Bystander(t, dsn).Del(t.Context(), target.Names().Key(kind, 0)).Err())
			_, err := client.Do(t.Context(), quota.Input{Amount: 1})
			conntest.RequireNotApplied(t, err)
			require.ErrorContains(t, err, "is gone: let nothing delete keys while the run goes on")
		}
	})
}
