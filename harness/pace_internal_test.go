package harness

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// times gives when a seat should start its operations, on a clock that is always far ahead.
func times(rate float64, clients, seat, n int) []time.Duration {
	p := newPacer(&config{rate: rate, clients: clients}, seat, 7)
	var all []time.Duration
	for range n {
		at, _ := p.wait(context.Background(), func() time.Duration { return math.MaxInt64 - time.Hour })
		all = append(all, at)
	}
	return all
}

func TestPacerTimetable(t *testing.T) {
	ms := time.Millisecond
	require.Equal(t, []time.Duration{7, 7 + 4*ms, 7 + 8*ms}, times(500, 2, 0, 3))
	require.Equal(t, []time.Duration{7 + 2*ms, 7 + 6*ms, 7 + 10*ms}, times(500, 2, 1, 3))
	require.Equal(t, []time.Duration{0, 0}, times(0, 2, 1, 2), "a closed loop has none")
}

func TestPacerDoesNotDrift(t *testing.T) {
	const rate, n = 3_000_000, 300_000 // intervals of 333.3 ns
	all := times(rate, 1, 0, n+1)
	require.Equal(t, 7+100*time.Millisecond, all[n])
}

func TestPacerAtTheEnds(t *testing.T) {
	all := times(1e12, 2, 1, 3) // faster than the clock can tell: everything is due at once
	require.Equal(t, []time.Duration{7, 7, 7}, all)
	all = times(1e-300, 2, 1, 2) // so slow that it never comes
	require.Greater(t, all[0], 100*365*24*time.Hour)
	require.Positive(t, all[1])
}

// TestPacerWaits holds a clock that goes on only when it is asked.
func TestPacerWaits(t *testing.T) {
	var clock time.Duration
	now := func() time.Duration { clock += 100 * time.Microsecond; return clock }
	p := newPacer(&config{rate: 1000, clients: 1}, 1, 0)
	at, ok := p.wait(t.Context(), now)
	require.True(t, ok)
	require.Equal(t, time.Millisecond, at)
	require.Equal(t, time.Millisecond, clock)
	clock = 5 * time.Millisecond
	at, ok = p.wait(t.Context(), now)
	require.True(t, ok, "a seat that is late is not held")
	require.Equal(t, 2*time.Millisecond, at)
}

func TestPacerEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := newPacer(&config{rate: 1, clients: 1}, 1, 0)
	_, ok := p.wait(ctx, func() time.Duration { return 0 })
	require.False(t, ok, "while it sleeps")
	clock := 2*time.Second - time.Millisecond
	_, ok = p.wait(ctx, func() time.Duration { clock++; return clock })
	require.False(t, ok, "while it spins")
}
