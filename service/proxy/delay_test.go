package proxy_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/proxy"
)

const mean = 10 * time.Millisecond

// held says for how long a gate holds a message, by a clock that is made up.
func held(t *testing.T, g proxy.Gate, m proxy.Message) time.Duration {
	t.Helper()
	began := time.Now()
	held, err := g.Pass(t.Context(), m)
	require.NoError(t, err)
	d := time.Since(began)
	require.Equal(t, held, d > 0)
	return d
}

// drift gives the times of the first answers of two connections.
func drift(t *testing.T, seed uint64) (all [2][100]time.Duration) {
	t.Helper()
	g := proxy.Delay(mean, seed)
	for conn := range all {
		for turn := range all[conn] {
			m := proxy.Message{Conn: int64(conn) + 1, Direction: proxy.Answer, Turn: int64(turn)}
			all[conn][turn] = held(t, g, m)
		}
	}
	return all
}

func TestDelayFollowsItsSeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := drift(t, 1)
		require.Equal(t, one, drift(t, 1))
		require.NotEqual(t, one, drift(t, 2))
		require.NotEqual(t, one[0], one[1], "the connections do not drift apart")
		low, high := 0, 0
		for _, conn := range one {
			for _, d := range conn {
				require.GreaterOrEqual(t, d, mean/2)
				require.Less(t, d, mean*3/2)
				if d < mean*3/4 {
					low++
				} else if d > mean*5/4 {
					high++
				}
			}
		}
		// A quarter of 200 is expected of each.
		require.Greater(t, low, 25)
		require.Greater(t, high, 25)
	})
}

func TestDelayHoldsAnAnswerOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := proxy.Delay(mean, 1)
		require.Zero(t, held(t, g, proxy.Message{Direction: proxy.Request}))
		require.Zero(t, held(t, g, proxy.Message{Direction: proxy.Answer, Turn: 1, Part: 1}))
		require.Zero(t, held(t, proxy.Delay(0, 1), proxy.Message{Direction: proxy.Answer}))
	})
}

func TestDelayEndsWithTheConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	held, err := proxy.Delay(time.Hour, 1).Pass(ctx, proxy.Message{Direction: proxy.Answer})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, held)
}
