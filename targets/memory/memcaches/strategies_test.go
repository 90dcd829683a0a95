package memcaches

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/targets/cachetest"
	"github.com/lostupdate/stress/workloads/cache"
)

func TestSequential(t *testing.T) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { cachetest.Sequential(t, s, "") })
	}
}

// TestAReaderThatIsOvertaken holds a reader between its load and its fill while another client writes.
func TestAReaderThatIsOvertaken(t *testing.T) {
	for name, want := range map[string]string{
		"map-fill": checkers.StaleCache, "singleflight-fill": checkers.StaleCache, "singleflight-forget": "",
		"versioned-fill": "",
	} {
		t.Run(name, func(t *testing.T) {
			r := cachetest.Held(t, cachetest.Find(t, Strategies(), name), "", cache.Read, "fill cache", cache.Write)
			if want == "" {
				require.Equal(t, checkers.Valid, r.Verdict.Status, r.Verdict.Text())
				return
			}
			require.Equal(t, []checkers.Anomaly{{
				Name: want, Object: "key 0", Ops: []int{0, 1, 2},
				Arrows: []checkers.Arrow{
					{From: 1, To: 2, Relation: checkers.Misses, Text: "version 1 was not seen"},
					{From: 0, To: 2, Relation: checkers.Reads, Text: "read version 0"},
				},
				Message: "key 0: the cache holds version 0 (op #2) and the source version 1 after everything came to rest, although " +
					"client 1 (op #1, write) was acknowledged with version 1; client 0 (op #0, read) had put version 0 into the cache.",
			}}, r.Verdict.Anomalies)
		})
	}
}

// TestAForgottenFlightIsTakenAgain holds that who waited for what a write overtook is given the new version.
func TestAForgottenFlightIsTakenAgain(t *testing.T) {
	r := cachetest.Held(t, cachetest.Find(t, Strategies(), "singleflight-forget"), "", cache.Read, "fill cache", cache.Write)
	require.Equal(t, cache.Output{Version: 1, Filled: true}, r.History.Ops[0].Output)
	require.EqualValues(t, 1, r.Stats.Retries)
}

// TestAWriterThatIsOvertaken holds a writer between the source and the cache while another client writes, and is told of both.
func TestAWriterThatIsOvertaken(t *testing.T) {
	r := cachetest.Held(t, cachetest.Find(t, Strategies(), "versioned-fill"), "", cache.Write, "fill cache", cache.Write)
	require.Equal(t, checkers.Valid, r.Verdict.Status, r.Verdict.Text())
	require.Equal(t, cache.Output{Version: 1}, r.History.Ops[0].Output, "it did not put its own over the newer one")
	require.Equal(t, cache.Output{Version: 2, Filled: true}, r.History.Ops[1].Output)
}

var errRefused = errors.New("refused")

// TestAWriteWhoseCacheWasNotToldIsUnknown holds that only a write of which nothing was done has failed.
func TestAWriteWhoseCacheWasNotToldIsUnknown(t *testing.T) {
	s := cachetest.Find(t, Strategies(), "map-fill")
	require.Equal(t, history.Failed, cachetest.Refused(t, s, "", cache.Write, "write source").Outcome)
	require.Equal(t, history.Unknown, cachetest.Refused(t, s, "", cache.Write, "delete from cache").Outcome)
	for _, step := range []string{"look into cache", "load from source", "fill cache"} {
		require.Equal(t, history.Failed, cachetest.Refused(t, s, "", cache.Read, step).Outcome, step)
	}
}

func TestALockIsWaitedForNoLongerThanTheContext(t *testing.T) {
	c := newHeldThrough(newSource(1, 1)).(*heldThrough)
	require.NoError(t, c.lock(t.Context(), 0))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errRefused)
	_, _, err := c.read(ctx, 0)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errRefused)
	_, _, err = c.write(ctx, 0)
	require.ErrorIs(t, err, harness.ErrNotApplied)
	c.unlock(0)
	version, _, err := c.write(t.Context(), 0)
	require.NoError(t, err)
	require.EqualValues(t, 1, version)
}

func TestASlowAnswerIsWaitedForNoLongerThanTheContext(t *testing.T) {
	s := newSource(1, 1)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errRefused)
	var err error
	for range 100 { // one in three is slow
		if _, lerr := s.load(ctx, 0); lerr != nil {
			err = lerr
		}
	}
	require.ErrorIs(t, err, harness.ErrNotApplied)
	require.ErrorIs(t, err, errRefused)
}

func TestOpenBeforeSetup(t *testing.T) {
	target := Strategies()[0].New("", 1)(cachetest.New(t, 1))
	_, err := target.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, target.Close(t.Context()))
}
