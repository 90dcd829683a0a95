package harness_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
)

type (
	batch = history.Batch[int, float64]
	alarm = harness.Alarm[int, float64]
)

// alarmed is a workload of which an alarm tells something, or nothing if that is nil.
type alarmed struct {
	*numbers
	alarm alarm
}

func (w alarmed) Alarm() harness.Alarm[int, float64] { return w.alarm }

// streamed has a stream beside the alarm, which sees outputs above 10.
type streamed struct{ alarmed }

func (streamed) Stream() checkers.Stream[int, float64] { return &above{} }

type above struct{ wrong bool }

func (s *above) Add(_ context.Context, b batch) bool {
	s.wrong = s.wrong || has(b, func(output float64) bool { return output > 10 })
	return s.wrong
}

func (s *above) Verdict(context.Context) checkers.Verdict {
	if s.wrong {
		return checkers.Reject(checkers.Anomaly{Name: "above"})
	}
	return checkers.Verdict{}
}

func (*above) Evidence() map[int]history.Placed[int, float64] { return nil }

func has(b batch, is func(output float64) bool) bool {
	for i := range b.Done {
		if b.Done[i].Outcome == history.OK && is(b.Done[i].Output) {
			return true
		}
	}
	return false
}

// sevens is an alarm that sees the output which [seven] refuses.
func sevens(_ context.Context, b batch) bool {
	return has(b, func(output float64) bool { return output == 7 })
}

// until makes a run of 1,000 operations, 10 ms each, that ends at a violation. The tenth of client 0 is answered by some number.
func until(t *testing.T, w harness.Workload[int, float64], tenth float64) *result {
	t.Helper()
	f := &fake{do: func(_ context.Context, a asked) (float64, error) {
		pass(10 * time.Millisecond)
		if a.client == 0 && a.n == 10 {
			return tenth, nil
		}
		return 1, nil
	}}
	r, err := harness.Run(t.Context(), f, w, harness.Clients(2), harness.Ops(1000), harness.UntilViolation())
	require.NoError(t, err)
	f.requireTidy(t)
	return r
}

const stopped = "stopped at the first violation, before all operations were made"

func ended(t *testing.T, r *result) {
	t.Helper()
	require.Equal(t, stopped, r.Interrupted)
	require.Less(t, r.Stats.Ops, int64(100))
}

func wentOn(t *testing.T, r *result) {
	t.Helper()
	require.Empty(t, r.Interrupted)
	require.EqualValues(t, 1000, r.Stats.Ops)
}

func TestAnAlarmEndsARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := until(t, alarmed{seven(), sevens}, 7)
		ended(t, r)
		require.Equal(t, checkers.Invalid, r.Verdict.Status)
		require.Equal(t, "seven", r.Verdict.Anomalies[0].Name)
	})
}

func TestAnAlarmThatSeesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := until(t, alarmed{seven(), sevens}, 6)
		wentOn(t, r)
		require.Equal(t, checkers.Valid, r.Verdict.Status)
	})
}

// TestAnAlarmBesideAStream holds that either ends the run, and that a workload which has no alarm is followed all the
// same.
func TestAnAlarmBesideAStream(t *testing.T) {
	for name, c := range map[string]struct {
		alarm alarm
		tenth float64
		ends  bool
	}{
		"the alarm":                    {sevens, 7, true},
		"the stream":                   {sevens, 11, true},
		"neither":                      {sevens, 6, false},
		"no alarm, and the stream":     {nil, 11, true},
		"no alarm, and not the stream": {nil, 7, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := until(t, streamed{alarmed{&numbers{}, c.alarm}}, c.tenth)
				if c.ends {
					ended(t, r)
				} else {
					wentOn(t, r)
				}
			})
		})
	}
}

// TestAnAlarmThatPanics holds that the run goes on without it, since the check will tell what is wrong.
func TestAnAlarmThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		r := until(t, streamed{alarmed{seven(), func(context.Context, batch) bool { calls++; panic("boom") }}}, 7)
		wentOn(t, r)
		require.Equal(t, 1, calls)
		require.Equal(t, checkers.Invalid, r.Verdict.Status)

		r = until(t, streamed{alarmed{seven(), func(context.Context, batch) bool { panic("boom") }}}, 11)
		ended(t, r)
	})
}

// TestAnAlarmThatTheCheckContradicts holds that a run which was cut short for nothing does not pass.
func TestAnAlarmThatTheCheckContradicts(t *testing.T) {
	for name, w := range map[string]harness.Workload[int, float64]{
		"an alarm": alarmed{&numbers{}, sevens}, "a stream": streamed{alarmed{&numbers{}, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tenth := map[string]float64{"an alarm": 7, "a stream": 11}[name]
				r := until(t, w, tenth)
				ended(t, r)
				require.Equal(t, checkers.Undecided, r.Verdict.Status)
				require.Equal(t, "the run was stopped at a violation that the workload numbers saw while it went on, and of which its "+
					"check of all that was recorded finds nothing: one of the two is wrong", r.Verdict.Reason)
			})
		})
	}
}

func TestNothingThatCanBeChecked(t *testing.T) {
	for name, w := range map[string]harness.Workload[int, float64]{
		"no alarm": &numbers{}, "one that is nil": alarmed{&numbers{}, nil},
	} {
		f := &fake{}
		r, err := harness.Run(t.Context(), f, w, harness.UntilViolation())
		require.ErrorIs(t, err, harness.ErrOption, name)
		require.EqualError(t, err, "invalid option: until-violation: the workload numbers has nothing that can be checked while it "+
			"runs: leave it out")
		require.Nil(t, r)
		require.Zero(t, f.drops, "nothing was done")
	}
}
