package contest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every contender gives the right verdict on a small history of each kind, if it gives one.
func TestAllAgreeOnSmallHistories(t *testing.T) {
	terms := Terms{Most: 60, Limit: 50 * time.Millisecond}
	for _, w := range append(Works(), Planner()...) {
		if w.Files {
			continue
		}
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			bout, err := w.Load(terms)
			require.NoError(t, err)
			for _, c := range bout.Contenders() {
				if err := c.Run(); !errors.Is(err, ErrStopped) {
					assert.NoError(t, err, c.Name)
				}
			}
		})
	}
}

func TestMeasure(t *testing.T) {
	var kept []byte
	stopped := 0
	b := Bout{
		Verdict: func() error { kept = make([]byte, 1<<16); return nil },
		Other:   func() error { stopped++; return ErrStopped },
	}
	costs, err := b.Measure(3, "verdict", "porcupine")
	require.NoError(t, err)
	assert.Len(t, kept, 1<<16)
	assert.Len(t, costs, 2)
	assert.GreaterOrEqual(t, costs["verdict"].Bytes, uint64(1<<16))
	assert.Equal(t, 3, costs["verdict"].Runs)
	assert.True(t, costs["porcupine"].Stopped)
	assert.Equal(t, 1, stopped, "what was stopped once is not tried again")

	wrong := errors.New("wrong")
	b.Verdict = func() error { return wrong }
	_, err = b.Measure(1)
	assert.ErrorIs(t, err, wrong)
}

func TestThousands(t *testing.T) {
	assert.Equal(t, "1,002,030", Thousands(1_002_030))
	assert.Equal(t, "999", Thousands(999))
}
