package memsession

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that stands still until it is moved.
type clock struct{ now time.Time }

// open makes a store of two keys and one client, whose followers are behind by an hour and by two.
func open(t *testing.T, read reader) (*store, *clock, harness.Client[session.Input, session.Output]) {
	t.Helper()
	w, err := session.New(session.Config{Keys: workloads.Keys{N: 2}})
	require.NoError(t, err)
	s := newStore(read)("", 1)(w).(*store)
	c := &clock{time.Now()}
	s.lags, s.now = []time.Duration{time.Hour, 2 * time.Hour}, func() time.Time { return c.now }
	require.NoError(t, s.Setup(t.Context()))
	require.NotEmpty(t, s.Version())
	client, err := s.Open(t.Context(), 0)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, client.Close())
		require.NoError(t, s.Close(t.Context()))
	})
	return s, c, client
}

func requireVersion(t *testing.T, want int64, c harness.Client[session.Input, session.Output], kind session.Kind) {
	t.Helper()
	o, err := c.Do(t.Context(), session.Input{Kind: kind, Key: 1})
	require.NoError(t, err)
	require.Equal(t, want, o.Version)
}

// TestWhatIsRead holds what a client reads right after two writes, an hour later, and after another hour, twice each time.
func TestWhatIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		read reader
		want [3][2]int64
	}{
		"sticky-follower":       {readFollower, [3][2]int64{{0, 0}, {2, 2}, {2, 2}}},
		"round-robin-followers": {readAround, [3][2]int64{{0, 0}, {0, 2}, {2, 2}}},
		"read-leader":           {readLeader, [3][2]int64{{2, 2}, {2, 2}, {2, 2}}},
		"leader-if-behind":      {readNewer, [3][2]int64{{2, 2}, {2, 2}, {2, 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, clock, client := open(t, c.read)
			requireVersion(t, 1, client, session.Write)
			requireVersion(t, 2, client, session.Write)
			for _, want := range c.want {
				requireVersion(t, want[0], client, session.Read)
				requireVersion(t, want[1], client, session.Read)
				clock.now = clock.now.Add(time.Hour)
			}
		})
	}
}

// TestATokenIsWaitedFor has time pass as often as a follower is asked.
func TestATokenIsWaitedFor(t *testing.T) {
	s, clock, client := open(t, readAfterToken)
	requireVersion(t, 1, client, session.Write)
	asked := 0
	s.now = func() time.Time {
		asked++
		clock.now = clock.now.Add(20 * time.Minute)
		return clock.now
	}
	requireVersion(t, 1, client, session.Read)
	require.Equal(t, 6, asked)
	requireVersion(t, 1, client, session.Read)
	require.Equal(t, 7, asked)
}
