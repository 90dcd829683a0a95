package rediscells

import (
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

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
			conntest.RequireUnknown(t, err)
		} else {
			conntest.RequireNotApplied(t, err)
		}
		_, err = session.Apply(t.Context(), addOne)
		require.NoError(t, err, "after %q the connection is of use", reply)
	}
}

// TestRefusalsOfRealCommands has the servers make the errors themselves.
func TestRefusalsOfRealCommands(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) {
				st := s.New(dsn, 1).(*store)
				cellstest.Setup(t, st, 0, 0)
				session := cellstest.Open(t, st, 0)
				by := conntest.Bystander(t, dsn)
				require.NoError(t, by.Del(t.Context(), st.names.cell(0)).Err())
				require.NoError(t, by.LPush(t.Context(), st.names.cell(0), 1).Err())
				_, err := session.Apply(t.Context(), addOne)
				conntest.RequireNotApplied(t, err)
				require.ErrorContains(t, err, "WRONGTYPE")

				require.NoError(t, by.Del(t.Context(), st.names.cell(0)).Err())
				if s.Name != "atomic" { // INCRBY makes the key
					_, err = session.Apply(t.Context(), addOne)
					conntest.RequireNotApplied(t, err)
					require.ErrorContains(t, err, "is gone")
				}
			})
		}
	})
}

func TestAnswersThatNobodyGives(t *testing.T) {
	j := job{session: &session{names: names{conn.NewNames()}}, change: addOne}
	for _, reply := range [][]any{{}, {int64(1)}, {int64(1), nil}, {int64(1), "x"}} {
		_, err := j.effect(j.names.of(j.change), reply)
		conntest.RequireUnknown(t, err)
	}
}
