package jobs_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/jobs"
)

// world is one job as a queue that may take it from anybody at any time has it.
type world struct {
	applied int64
	had     [10]bool // by client: it was given the job, and nobody has been since
	lost    [10]bool // it was given the job, and another was since
	emptied bool     // it was said that no job is left
}

func (w world) given(client int32) world {
	for c := range w.had {
		w.lost[c] = w.lost[c] || w.had[c]
	}
	w.had, w.lost[client] = [10]bool{}, false
	w.had[client] = true
	return w
}

// next gives what may be after an operation on the job; nothing if it can't have been answered so.
func (w world) next(o *op, job int32) []world {
	done := w
	done.applied++
	switch kind := o.Input.Kind; {
	case o.Outcome == history.Unknown && (kind == jobs.Finish || kind == jobs.Work) && w.applied == 0:
		return []world{w, done}
	case o.Outcome == history.Unknown, kind == jobs.Process, kind == jobs.Crash:
		return []world{w}
	case kind == jobs.Claim:
		if o.Output.Found && o.Output.Job == job {
			return []world{w.given(o.Client)}
		}
		return []world{w}
	case kind == jobs.Work && o.Output.Found:
		if w.applied > 0 {
			return nil
		}
		return []world{done.given(o.Client)}
	case kind == jobs.Work:
		w.emptied = true
		return []world{w}
	case kind == jobs.Effects:
		if o.Output.Count != w.applied || w.applied == 0 && w.emptied {
			return nil
		}
		return []world{w}
	case !o.Output.Done:
		return []world{w}
	case w.applied > 0 || w.lost[o.Client]:
		return nil
	}
	return []world{done}
}

// possible tries all orders of the operations that concern one job.
func possible(ops []op, job int32, w world) bool {
	if !slices.ContainsFunc(ops, func(o op) bool { return o.Outcome == history.OK }) {
		return true
	}
	for i := range ops {
		if !mayBeFirst(ops, i) {
			continue
		}
		rest := slices.Delete(slices.Clone(ops), i, i+1)
		for _, next := range w.next(&ops[i], job) {
			if possible(rest, job, next) {
				return true
			}
		}
	}
	return false
}

// mayBeFirst says whether no operation ended before the i-th began, nor is an earlier one of its client.
func mayBeFirst(ops []op, i int) bool {
	for j := range ops {
		before := ops[j].Return < ops[i].Call || j < i && ops[j].Client == ops[i].Client
		if ops[j].Outcome == history.OK && before {
			return false
		}
	}
	return true
}

func concerns(o *op, job int32) bool {
	switch kind := o.Input.Kind; {
	case o.Outcome == history.Failed:
		return false
	case kind == jobs.Work:
		return !o.Output.Found || o.Output.Job == job
	case kind == jobs.Claim:
		return o.Output.Found && o.Output.Job == job
	}
	return o.Input.Job == job
}

func bruteForce(ops []op) bool {
	for job := range int32(2) {
		var own []op
		for i := range ops {
			if concerns(&ops[i], job) {
				own = append(own, ops[i])
			}
		}
		if !possible(own, job, world{}) {
			return false
		}
	}
	return true
}

// queue is a store of two jobs, which makes a mistake now and then.
type queue struct {
	r       *rand.Rand
	holder  [2]int32
	applied [2]int64
	ever    bool // it is right, always
}

func (q *queue) wrong() bool { return !q.ever && q.r.IntN(6) == 0 }

// free finds a job that nobody has, or that the queue takes from whoever has it.
func (q *queue) free() (job int32, ok bool) {
	for job = range int32(2) {
		if (q.applied[job] == 0 || q.wrong()) && (q.holder[job] == 0 || q.r.IntN(4) == 0) {
			return job, true
		}
	}
	return 0, false
}

func (q *queue) do(client int32, in in) (o out) {
	job := in.Job
	switch in.Kind {
	case jobs.Claim:
		if o.Job, o.Found = q.free(); o.Found && !q.wrong() {
			q.holder[o.Job] = client
		}
	case jobs.Finish:
		if o.Done = q.holder[job] == client && q.applied[job] == 0 || q.wrong(); o.Done && !q.wrong() || q.wrong() {
			q.applied[job]++
		}
	case jobs.Work:
		for job := range int32(2) {
			if q.applied[job] == 0 && !q.wrong() {
				q.applied[job] = 1
				return out{Found: true, Job: job}
			}
		}
	case jobs.Effects:
		o.Count = q.applied[job]
	}
	return o
}

// random makes a history of three workers that go through two jobs, and of one who reads afterwards.
func random(r *rand.Rand) []op {
	q := &queue{r: r, ever: r.IntN(3) == 0}
	w, _ := jobs.New(jobs.Config{Jobs: 2})
	var ops []op
	free := [4]time.Duration{}
	var prev [4]*op
	for n := range 4 + r.IntN(12) {
		client := int32(1 + r.IntN(3))
		moment := time.Duration(4 * (n + 3))
		if free[client] > moment {
			continue
		}
		o := op{Client: client, Call: max(free[client], moment-time.Duration(r.IntN(6))), Return: moment + time.Duration(r.IntN(6))}
		o.Input = w.Generator(0)(r, prev[client])
		finish(r, q, &o)
		if free[client], prev[client] = o.Return, nil; o.Outcome == history.OK {
			prev[client] = &o
		}
		ops = append(ops, o)
	}
	if r.IntN(2) == 0 {
		ops = look(r, q, ops)
	}
	for n, in := range w.Final() {
		at := time.Duration(100 + 2*n)
		ops = append(ops, op{Client: 9, Call: at, Return: at + 1, Phase: history.Final, Input: in, Output: q.do(9, in)})
	}
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
	return ops
}

// look has another read an effect at any time, as it then was or by chance.
func look(r *rand.Rand, q *queue, ops []op) []op {
	call := time.Duration(12 + r.IntN(80))
	o := op{Client: 8, Call: call, Return: call + time.Duration(r.IntN(6)), Input: in{Kind: jobs.Effects, Job: int32(r.IntN(2))}}
	o.Output.Count = r.Int64N(2) * q.applied[o.Input.Job]
	return append(ops, o)
}

// finish decides how an operation ends.
func finish(r *rand.Rand, q *queue, o *op) {
	switch r.IntN(16) {
	case 0:
		o.Outcome = history.Failed
	case 1, 2:
		o.Outcome = history.Unknown
		if r.IntN(2) == 0 {
			q.do(o.Client, o.Input)
		}
		if r.IntN(2) == 0 {
			o.Return = history.Never
		}
	default:
		o.Output = q.do(o.Client, o.Input)
	}
}

// TestAgainstAllOrders compares the check with a search through all orders, and holds that the operations which an anomaly
// names are wrong by themselves.
func TestAgainstAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := mustNew(t, 2)
	seen := map[string]int{}
	for n := range simulate.Volume(40_000) {
		h := &hist{Ops: random(r)}
		want := checkers.Valid
		if !bruteForce(h.Ops) {
			want = checkers.Invalid
		}
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		seen[want.String()]++
		for _, a := range v.Anomalies {
			seen[a.Name]++
			var named []op
			for _, i := range a.Ops {
				named = append(named, h.Ops[i])
			}
			require.False(t, bruteForce(named), "%d: %s: %+v", n, a.Message, h.Ops)
		}
	}
	for _, what := range []string{
		"valid", "invalid", checkers.OverlappingClaims, checkers.DuplicateEffect, checkers.LostJob, checkers.PhantomUpdate,
	} {
		require.Greater(t, seen[what], simulate.Volume(200), "%s: %v", what, seen)
	}
	t.Log(seen)
}
