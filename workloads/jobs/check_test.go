package jobs_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/jobs"
)

// at places an operation of a client in time.
func at(client int32, from, to time.Duration, o op) op {
	o.Client, o.Call, o.Return = client, from, to
	return o
}

func claimed(job int32) op { return op{Output: out{Found: true, Job: job}} }
func finished(job int32) op {
	return op{Input: in{Kind: jobs.Finish, Job: job}, Output: out{Done: true}}
}
func refused(job int32) op { return op{Input: in{Kind: jobs.Finish, Job: job}} }
func crashed(job int32) op { return op{Input: in{Kind: jobs.Crash, Job: job}} }
func worked(job int32) op {
	return op{Input: in{Kind: jobs.Work}, Output: out{Found: true, Job: job}}
}
func noneLeft() op { return op{Input: in{Kind: jobs.Work}} }
func effects(job int32, n int64) op {
	return op{Input: in{Kind: jobs.Effects, Job: job}, Output: out{Count: n}}
}

func unknown(o op) op {
	o.Outcome, o.Output = history.Unknown, out{}
	return o
}

func failed(o op) op {
	o.Outcome, o.Output = history.Failed, out{}
	return o
}

func anomalies(t *testing.T, ops ...op) []checkers.Anomaly {
	t.Helper()
	return mustNew(t, 8).Check(context.Background(), &hist{Ops: ops}).Anomalies
}

// TestExplanations holds the one sentence that tells what is wrong, and the operations that prove it.
func TestExplanations(t *testing.T) {
	for _, c := range []struct {
		ops  []op
		name string
		want string
		at   []int
	}{
		{
			[]op{at(3, 0, 1, claimed(7)), at(5, 2, 3, claimed(7)), at(3, 4, 5, finished(7)), at(5, 6, 7, refused(7))},
			checkers.OverlappingClaims,
			"job 7: client 3 held it from its claim (op #0) until its finish (op #2), which was accepted, and client 5 was given it " +
				"in between (op #1).", []int{0, 1, 2},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(9, 2, 3, worked(7)), at(3, 4, 5, finished(7))}, checkers.OverlappingClaims,
			"job 7: client 3 held it from its claim (op #0) until its finish (op #2), which was accepted, and client 9 was given it " +
				"in between (op #1).", []int{0, 1, 2},
		}, {
			[]op{at(3, 0, 2, claimed(7)), at(5, 1, 3, claimed(7)), at(3, 4, 5, finished(7)), at(5, 6, 7, finished(7))},
			checkers.OverlappingClaims,
			"job 7: client 3 held it from op #0 to op #2 and client 5 from op #1 to op #3, both at one moment, and both finishes were " +
				"accepted.", []int{0, 1, 2, 3},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 1, 9, finished(7)), at(5, 2, 3, claimed(7)), at(5, 4, 5, finished(7))},
			checkers.DuplicateEffect,
			"job 7: client 3 claimed it (op #0) and finished it (op #1) and client 5 claimed it (op #2) and finished it (op #3), " +
				"where one finish may be accepted.", []int{0, 1, 2, 3},
		}, {
			[]op{
				at(3, 0, 1, finished(7)), at(9, 2, 3, worked(7)), at(9, 3, 4, worked(7)), at(9, 5, 6, noneLeft()),
				at(9, 7, 8, effects(7, 3)),
			}, checkers.DuplicateEffect,
			"job 7: client 3 finished it (op #0) and client 9 did it (op #1), as did 1 more, where one finish may be accepted; its " +
				"effect was found 3 times (op #4).", []int{0, 1},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 3, finished(7)), at(9, 4, 5, effects(7, 2))}, checkers.DuplicateEffect,
			"job 7: its effect was found 2 times (op #2), where it must be applied once.", []int{2},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 3, crashed(7)), at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0))},
			checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and crashed (op #1), and it was given to nobody after that; no job was left (op #2), " +
				"and its effect was not there (op #3).", []int{0, 1, 2, 3},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 3, refused(7)), at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0))},
			checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and its finish was refused (op #1), and it was given to nobody after that; no job was " +
				"left (op #2), and its effect was not there (op #3).", []int{0, 1, 2, 3},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 3, unknown(finished(7))), at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0))},
			checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and nobody knows what came of its finish (op #1), and it was given to nobody after " +
				"that; no job was left (op #2), and its effect was not there (op #3).", []int{0, 1, 2, 3},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0))}, checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and went no further; no job was left (op #1), and its effect was not there (op #2).",
			[]int{0, 1, 2},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(9, 2, 3, noneLeft()), at(9, 4, 5, effects(7, 0)), at(3, 5, 6, finished(7))},
			checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and finished it late (op #3); no job was left (op #1), and its effect was not there " +
				"(op #2).", []int{0, 1, 2, 3},
		}, {
			[]op{at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0))}, checkers.LostJob,
			"job 7: it was given to nobody; no job was left (op #0), and its effect was not there (op #1).", []int{0, 1},
		}, {
			[]op{at(1, 0, history.Never, unknown(claimed(7))), at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0))}, checkers.LostJob,
			"job 7: it was given to nobody who was told; no job was left (op #1), and its effect was not there (op #2).", []int{1, 2},
		}, {
			[]op{at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0)), at(1, 9, history.Never, unknown(worked(7)))}, checkers.LostJob,
			"job 7: it was given to nobody; no job was left (op #0), and its effect was not there (op #1).", []int{0, 1},
		}, {
			[]op{
				at(3, 0, 1, claimed(7)), at(3, 2, 3, crashed(7)), at(1, 3, 4, unknown(worked(7))), at(9, 4, 5, noneLeft()),
				at(9, 5, 6, effects(7, 0)),
			}, checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and crashed (op #1), and it was given to nobody who was told after that; no job was " +
				"left (op #3), and its effect was not there (op #4).", []int{0, 1, 3, 4},
		}, {
			// The second claim may have been given the job before the first was.
			[]op{
				at(3, 0, 9, claimed(7)), at(5, 1, 2, claimed(7)), at(5, 3, 4, crashed(7)), at(9, 14, 15, noneLeft()),
				at(9, 15, 16, effects(7, 0)),
			}, checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and went no further; no job was left (op #3), and its effect was not there (op #4).",
			[]int{0, 3, 4},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 3, failed(finished(7))), at(9, 4, 5, noneLeft()), at(9, 5, 6, effects(7, 0))},
			checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and its finish failed (op #1); no job was left (op #2), and its effect was not there " +
				"(op #3).", []int{0, 1, 2, 3},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 9, finished(7)), at(9, 3, 4, effects(7, 1)), at(9, 5, 6, effects(7, 0))},
			checkers.LostJob, "job 7: its effect was found (op #2), and was not there after that (op #3).", []int{2, 3},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(9, 2, 3, effects(7, 1)), at(3, 4, 5, finished(7))}, checkers.PhantomUpdate,
			"job 7: its effect was found (op #1) before client 3 began to finish it (op #2).", []int{1, 2},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(9, 2, 3, effects(7, 1)), at(3, 4, 5, unknown(finished(7)))}, checkers.PhantomUpdate,
			"job 7: its effect was found (op #1), although no finish of it can have been accepted by then.", []int{1},
		}, {
			[]op{
				at(1, 0, 1, unknown(worked(7))), at(9, 2, 3, effects(7, 1)), at(3, 4, 5, claimed(7)), at(3, 6, 7, finished(7)),
			}, checkers.DuplicateEffect,
			"job 7: its effect was found (op #1) before client 3 began to finish it (op #3), whose finish was accepted all the same.",
			[]int{1, 3},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 3, finished(7)), at(9, 4, 5, effects(7, 0))}, checkers.LostJob,
			"job 7: client 3 claimed it (op #0) and finished it (op #1), and its effect was not there after that (op #2).",
			[]int{0, 1, 2},
		}, {
			[]op{at(3, 0, 1, claimed(7)), at(3, 2, 3, refused(7)), at(9, 4, 5, effects(7, 1))}, checkers.PhantomUpdate,
			"job 7: its effect was found (op #2), although no finish of it can have been accepted by then.", []int{2},
		},
	} {
		found := anomalies(t, c.ops...)
		require.NotEmpty(t, found, c.want)
		require.Equal(t, checkers.Anomaly{Name: c.name, Object: "job 7", Message: c.want, Ops: c.at}, found[0])
	}
}

// TestThePlainestJobIsTold holds that each anomaly is told once, of the job that was claimed least often.
func TestThePlainestJobIsTold(t *testing.T) {
	ops := []op{at(1, 0, 1, claimed(2)), at(2, 2, 3, claimed(2)), at(9, 8, 9, effects(2, 2)), at(9, 9, 10, effects(3, 2))}
	require.Equal(t, []checkers.Anomaly{{
		Name: checkers.DuplicateEffect, Object: "job 3", Ops: []int{3},
		Message: "job 3: its effect was found 2 times (op #3), where it must be applied once; the same with another job.",
	}}, anomalies(t, ops...))
	found := anomalies(t, append(ops, at(9, 10, 11, effects(4, 3)))...)
	require.Contains(t, found[0].Message, "; the same with 2 other jobs.")
}

// TestALeaseMayBeLost holds that a queue may take a job from a worker and give it to another, as long as the first is refused.
func TestALeaseMayBeLost(t *testing.T) {
	require.Empty(t, anomalies(t,
		at(3, 0, 1, claimed(7)), at(5, 2, 3, claimed(7)), at(3, 4, 5, refused(7)), at(5, 6, 7, finished(7)),
		at(6, 8, 9, claimed(7)), at(6, 9, 10, refused(7)), at(9, 11, 12, noneLeft()), at(9, 12, 13, effects(7, 1))),
		"also when a job that is done is given again")
	require.Empty(t, anomalies(t, at(3, 0, 2, claimed(7)), at(5, 1, 3, claimed(7)), at(3, 4, 5, finished(7))),
		"the second may have been first, and have lost its lease")
	require.Empty(t, anomalies(t, at(3, 0, 1, claimed(7)), at(5, 2, 5, claimed(7)), at(3, 4, 6, finished(7))),
		"the second may have been given a job that is done")
	require.Empty(t, anomalies(t,
		at(3, 0, 1, claimed(7)), at(5, 2, 3, claimed(7)), at(5, 3, 4, crashed(7)), at(3, 5, 6, claimed(7)), at(3, 7, 8, finished(7))),
		"a worker's own later claim is the one that counts")
}

// TestUnknown holds that what nobody knows may have been done, at any time, or not.
func TestUnknown(t *testing.T) {
	late := unknown(finished(7))
	for n := range int64(2) {
		require.Empty(t, anomalies(t, at(3, 0, 1, claimed(7)), at(3, 2, history.Never, late), at(9, 4, 5, effects(7, n))))
		require.Empty(t, anomalies(t, at(3, 0, history.Never, unknown(worked(7))), at(9, 4, 5, effects(7, n))))
	}
	require.Empty(t, anomalies(t,
		at(3, 0, 1, claimed(7)), at(5, 2, history.Never, unknown(claimed(7))), at(3, 4, 5, finished(7))))
	require.Empty(t, anomalies(t,
		at(3, 0, 1, claimed(7)), at(5, 2, 3, claimed(7)), at(3, 4, history.Never, late), at(5, 6, 7, finished(7))))
	require.Empty(t, anomalies(t, at(3, 0, 1, claimed(7)), at(3, 2, 3, failed(finished(7))), at(5, 4, 5, finished(7))))
	require.Empty(t, anomalies(t, at(9, 0, 1, failed(noneLeft())), at(9, 4, 5, effects(7, 0))), "nobody said that none is left")
}

// TestFoundAsItIsFinished holds that what begins as a read ends may have come before it.
func TestFoundAsItIsFinished(t *testing.T) {
	require.Empty(t, anomalies(t, at(3, 0, 1, claimed(7)), at(9, 2, 4, effects(7, 1)), at(3, 4, 5, finished(7))))
	require.Empty(t, anomalies(t, at(9, 2, 4, effects(7, 1)), at(5, 4, history.Never, unknown(worked(7)))))
	require.Empty(t, anomalies(t, at(3, 0, 5, worked(7)), at(9, 1, 2, effects(7, 1)), at(9, 2, 3, effects(7, 1))))
}

func TestMalformed(t *testing.T) {
	for want, bad := range map[string]op{
		"malformed: operation #0: Kind(9) is no operation on jobs":               {Input: in{Kind: 9}},
		"malformed: operation #0: finish job 8 → refused: there are jobs 0 to 7": refused(8),
		"malformed: operation #0: crash with job -1: there are jobs 0 to 7":      crashed(-1),
		"malformed: operation #0: claim → job 8: there are jobs 0 to 7":          claimed(8),
		"malformed: operation #0: work → job -1: there are jobs 0 to 7":          worked(-1),
		"malformed: operation #0: effects of job 7 → -1: there are jobs 0 to 7":  effects(7, -1),
	} {
		require.Equal(t, checkers.Undecide("%s", want), mustNew(t, 8).Check(context.Background(), &hist{Ops: []op{bad}}))
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.Equal(t, checkers.Undecide("jobs: context canceled"), mustNew(t, 8).Check(ctx, &hist{Ops: []op{claimed(7)}}))
}
