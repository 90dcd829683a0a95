package memoutbox

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/outbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, s Strategy) (harness.Client[outbox.Input, outbox.Output], *state) {
	t.Helper()
	w, err := outbox.New(outbox.Config{Keys: workloads.Keys{N: 2}})
	require.NoError(t, err)
	q := s.New("", 1)(w)
	_, err = q.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, q.Setup(t.Context()))
	require.NotEmpty(t, q.(harness.Versioned).Version())
	c, err := q.Open(t.Context(), 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()); require.NoError(t, q.Close(t.Context())) })
	return c, q.(*target).state
}

func do(t *testing.T, c harness.Client[outbox.Input, outbox.Output], in outbox.Input) outbox.Output {
	t.Helper()
	out, err := c.Do(t.Context(), in)
	require.NoError(t, err)
	return out
}

// TestSequential holds that one client gets everything published, also by those that lose what two do at once; and what a
// crash leaves behind.
func TestSequential(t *testing.T) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			c, _ := open(t, s)
			require.EqualValues(t, 1, do(t, c, outbox.Input{Key: 1, ID: 10}).Version)
			do(t, c, outbox.Input{Kind: outbox.Publish})
			require.Equal(t, outbox.Output{}, do(t, c, outbox.Input{Kind: outbox.Crash, Key: 1, ID: 20}))
			require.EqualValues(t, 1, do(t, c, outbox.Input{ID: 30}).Version)
			last := do(t, c, outbox.Input{Key: 1, ID: 40}).Version
			do(t, c, outbox.Input{Kind: outbox.Drain})
			require.Equal(t, outbox.Output{}, do(t, c, outbox.Input{Kind: outbox.Drain}), "nothing is left")
			published := func(key int32) []outbox.Event {
				return do(t, c, outbox.Input{Kind: outbox.Published, Key: key}).Events
			}
			require.Equal(t, []outbox.Event{{Version: 1, ID: 30}}, published(0))
			want := int64(2)
			if s.Name == "publish-after-unlock" {
				want = 3 // the crash took place, and its event did not
			}
			require.Equal(t, want, last)
			require.Equal(t, []outbox.Event{{Version: 1, ID: 10}, {Version: want, ID: 40}}, published(1))
		})
	}
}

// TestTwoTake holds that who has taken the later events may publish first.
func TestTwoTake(t *testing.T) {
	c, s := open(t, Strategies()[2])
	do(t, c, outbox.Input{ID: 10})
	first := s.take()
	do(t, c, outbox.Input{ID: 20})
	do(t, c, outbox.Input{Kind: outbox.Publish})
	s.send(first...)
	require.Equal(t, []outbox.Event{{Version: 2, ID: 20}, {Version: 1, ID: 10}},
		do(t, c, outbox.Input{Kind: outbox.Published}).Events)
}
