package redisdoctors

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/redis/internal/conntest"
	"github.com/lostupdate/stress/targets/targettest"
	"github.com/lostupdate/stress/workloads/doctors"
)

func TestStrategies(t *testing.T) {
	targettest.Names(t, Strategies())
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) {
				targettest.Doctors(t, s, dsn)
				w, err := doctors.New(doctors.Config{})
				require.NoError(t, err)
				targettest.Shows(t, s, dsn, w)
			})
		}
	})
}

// TestLostConnection cuts the connection at a command, before the server has it and after it has answered.
func TestLostConnection(t *testing.T) {
	for _, c := range []struct {
		strategy, at string
		kind         doctors.Kind
		unknown      bool // else surely not applied
	}{
		{"get-then-set", "mget", doctors.Leave, false},
		{"get-then-set", "$3\r\nset", doctors.Leave, true},
		{"get-then-set", "$3\r\nset", doctors.Return, true},
		{"get-then-set", "mget", doctors.Status, false},
		{"watch-own-key", "watch", doctors.Leave, false},
		{"watch-all-keys", "exec", doctors.Leave, true},
		{"lua", "eval", doctors.Leave, true},
	} {
		conntest.EachAddress(t, func(t *testing.T, dsn string) {
			for _, fault := range []conntest.Fault{conntest.Lose, conntest.LoseReply} {
				p := conntest.NewProxy(t, dsn)
				target := targettest.Find(t, Strategies(), c.strategy).New(p.DSN(), 1)(targettest.Shifts(t, 2))
				targettest.Setup(t, target)
				client := targettest.Open(t, target, 0)
				met := p.Arm(fault, c.at)
				_, err := client.Do(t.Context(), doctors.Input{Kind: c.kind})
				<-met
				if c.unknown {
					conntest.RequireUnknown(t, err)
				} else {
					conntest.RequireNotApplied(t, err)
				}
				_, err = client.Do(t.Context(), doctors.Input{Kind: doctors.Status})
				require.NoError(t, err, "the next operation connects anew")
			}
		})
	}
}
