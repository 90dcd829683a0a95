package gauge

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSideTakesTurnsAndStopsWhatFails(t *testing.T) {
	odd, fails := errors.New("odd"), 0
	spin := func() error {
		for begin := time.Now(); time.Since(begin) < 3*time.Millisecond; {
			runtime.Gosched()
		}
		return nil
	}
	costs, errs := Side(4, spin, func() error { fails++; return odd })
	assert.Equal(t, 4, costs[0].Runs)
	require.NoError(t, errs[0])
	assert.Equal(t, 1, costs[1].Runs)
	require.ErrorIs(t, errs[1], odd)
	assert.Equal(t, 1, fails)
}

// What is dropped at once counts as allocated, not as live.
func TestPeakIsWhatIsLive(t *testing.T) {
	const size = 1 << 20
	var keep []byte
	litter := func() error {
		for range 64 {
			keep = make([]byte, size)
		}
		return nil
	}
	peak, err := Peak(litter)
	require.NoError(t, err)
	assert.Less(t, peak, uint64(32*size))
	runtime.KeepAlive(keep)

	all := make([][]byte, 0, 64)
	peak, err = Peak(func() error {
		for range cap(all) {
			all = append(all, make([]byte, size))
		}
		return nil
	})
	require.NoError(t, err)
	assert.Greater(t, peak, uint64(48*size))
	runtime.KeepAlive(all)
}
