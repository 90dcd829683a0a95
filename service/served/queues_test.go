package served_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/outbox"
	"github.com/lostupdate/stress/workloads/rules"
)

// inOrder is a history of operations of a client each that come one after the other.
func inOrder[I, O any](ops ...history.Op[I, O]) *history.History[I, O] {
	for i := range ops {
		ops[i].Call, ops[i].Return = time.Duration(2*i), time.Duration(2*i+1)
	}
	return &history.History[I, O]{Ops: ops}
}

func queue(t *testing.T, x served.Extras) harness.Workload[jobs.Input, jobs.Output] {
	t.Helper()
	own, err := jobs.New(jobs.Config{Jobs: 2})
	require.NoError(t, err)
	w, err := served.Workload[jobs.Input, jobs.Output](own, x)
	require.NoError(t, err)
	return w
}

// TestWorkersNeedFewRequests holds that workers process and crash also where that is no request, and that work is always done.
func TestWorkersNeedFewRequests(t *testing.T) {
	requests := served.Requests{"claim": "POST /claim", "finish": "POST /finish", "left": "GET /left", "effects": "GET /effects"}
	w := queue(t, served.Extras{Requests: requests})
	next, r, kinds := w.Generator(0), rand.New(rand.NewPCG(1, 2)), map[jobs.Kind]int{}
	prev := &history.Op[jobs.Input, jobs.Output]{}
	for range 1000 {
		in := next(r, prev)
		kinds[in.Kind]++
		prev = &history.Op[jobs.Input, jobs.Output]{Input: in, Output: jobs.Output{Found: in.Kind == jobs.Claim}}
	}
	require.Len(t, kinds, 4, "it claims, processes, finishes and crashes")
	require.Len(t, w.Final(), 5, "work and effects")
	_, params := w.Info()
	require.Equal(t, map[string]string(requests), params["requests"])
}

// TestThroughAQueue holds that what a worker makes of several requests is told with these, and what it makes of none with none.
func TestThroughAQueue(t *testing.T) {
	lost := inOrder(
		history.Op[jobs.Input, jobs.Output]{Output: jobs.Output{Found: true, Job: 1}},
		history.Op[jobs.Input, jobs.Output]{Input: jobs.Input{Kind: jobs.Crash, Job: 1}},
		history.Op[jobs.Input, jobs.Output]{Input: jobs.Input{Kind: jobs.Work}, Phase: history.Final},
		history.Op[jobs.Input, jobs.Output]{Input: jobs.Input{Kind: jobs.Effects, Job: 1}, Phase: history.Final},
	)
	requests := served.Requests{"claim": "POST /claim", "finish": "POST /finish", "left": "GET /left", "effects": "GET /effects"}
	x := served.Extras{Requests: requests, Invariants: []rules.Rule{{
		Name: "counts",
		Holds: "len(accepted.work) == 1 and len(accepted.crash) == 1 and len(accepted.process) == 0 and " +
			"len(final.effects) == 1",
	}}}
	v := queue(t, x).Check(t.Context(), lost)
	require.Len(t, v.Anomalies, 1)
	require.Equal(t, checkers.LostJob, v.Anomalies[0].Name)
	require.Equal(t, []string{"POST /claim", "POST /finish"}, v.Anomalies[0].Through)
	requests["crash"] = "POST /crash"
	require.Contains(t, queue(t, x).Check(t.Context(), lost).Anomalies[0].Through, "POST /crash")
}

// TestRulesReadTheJobThatWasGiven holds that a rule about the job of a claim reads which was given, though claims are asked with
// none, and that there is no job 0 where none was given.
func TestRulesReadTheJobThatWasGiven(t *testing.T) {
	requests := served.Requests{"claim": "POST /claim", "finish": "POST /finish", "left": "GET /left", "effects": "GET /effects"}
	for holds, want := range map[string]checkers.Status{
		"len(filter(accepted.claim, .found and .job == 1)) == 1":     checkers.Valid,
		"len(filter(accepted.claim, .found and .job == 0)) == 1":     checkers.Invalid,
		"len(filter(accepted.work, .found and .job == 0)) == 1":      checkers.Valid,
		"len(filter(accepted.finish, .done and .job == 1)) == 1":     checkers.Valid,
		"len(filter(accepted.work, .job == 0)) == 1":                 checkers.Undecided,
		"all(final.effects, .count == 1) and len(final.effects) > 0": checkers.Valid,
	} {
		t.Run(holds, func(t *testing.T) {
			w := queue(t, served.Extras{Requests: requests, Invariants: []rules.Rule{{Name: "r", Holds: holds}}})
			v := w.Check(t.Context(), inOrder(
				history.Op[jobs.Input, jobs.Output]{Output: jobs.Output{Found: true, Job: 1}},
				history.Op[jobs.Input, jobs.Output]{Input: jobs.Input{Kind: jobs.Process, Job: 1}},
				history.Op[jobs.Input, jobs.Output]{Input: jobs.Input{Kind: jobs.Finish, Job: 1}, Output: jobs.Output{Done: true}},
				history.Op[jobs.Input, jobs.Output]{
					Input: jobs.Input{Kind: jobs.Work}, Output: jobs.Output{Found: true}, Phase: history.Final,
				},
				history.Op[jobs.Input, jobs.Output]{Input: jobs.Input{Kind: jobs.Work}, Phase: history.Final},
				history.Op[jobs.Input, jobs.Output]{
					Input: jobs.Input{Kind: jobs.Effects}, Output: jobs.Output{Count: 1}, Phase: history.Final,
				},
				history.Op[jobs.Input, jobs.Output]{
					Input: jobs.Input{Kind: jobs.Effects, Job: 1}, Output: jobs.Output{Count: 1}, Phase: history.Final,
				},
			))
			require.Equal(t, want, v.Status, v.Text())
		})
	}
}

// TestNoRuleOfWhatIsAskedWithinOthers holds that an invariant can't speak of operations that no history has.
func TestNoRuleOfWhatIsAskedWithinOthers(t *testing.T) {
	own, err := jobs.New(jobs.Config{})
	require.NoError(t, err)
	_, err = served.Workload[jobs.Input, jobs.Output](own, served.Extras{
		Requests:   served.Requests{"claim": "POST /claim", "finish": "POST /finish", "left": "GET /left", "effects": "GET /effects"},
		Invariants: []rules.Rule{{Name: "none", Holds: "len(accepted.left) == 0"}},
	})
	require.ErrorContains(t, err, "left")
}

// TestThroughAnOutbox holds that a lost event is told with the writes, which led to it, and not just with what waited for it; and
// that rules know the writes and the drain that are made at the end.
func TestThroughAnOutbox(t *testing.T) {
	own, err := outbox.New(outbox.Config{Keys: workloads.Keys{N: 1}})
	require.NoError(t, err)
	w, err := served.Workload[outbox.Input, outbox.Output](own, served.Extras{
		Requests: served.Requests{"write": "POST /write", "drain": "GET /pending", "published": "GET /events"},
		Invariants: []rules.Rule{{
			Name: "counts", Holds: "len(accepted.write) == 1 and len(accepted.drain) == 1 and len(final.published) == 1",
		}},
	})
	require.NoError(t, err)
	v := w.Check(t.Context(), inOrder(
		history.Op[outbox.Input, outbox.Output]{Output: outbox.Output{Version: 2}, Phase: history.Final},
		history.Op[outbox.Input, outbox.Output]{Input: outbox.Input{Kind: outbox.Drain}, Phase: history.Final},
		history.Op[outbox.Input, outbox.Output]{
			Input: outbox.Input{Kind: outbox.Published}, Output: outbox.Output{Events: []outbox.Event{{Version: 2}}}, Phase: history.Final,
		},
	))
	require.Len(t, v.Anomalies, 1)
	require.Equal(t, checkers.LostEvent, v.Anomalies[0].Name)
	require.Equal(t, []string{"GET /pending", "POST /write"}, v.Anomalies[0].Through, "nobody was told of version 1")
}
