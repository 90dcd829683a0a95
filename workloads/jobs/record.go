package jobs

import (
	"context"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// none stands for an operation that there is not.
const none = -1

// hold is what is known of one worker with one job: places in the history, or none. Work is both its claim and its end.
type hold struct {
	claim, end int
	failed     int // its last finish that failed, which ended nothing
}

// record is what is known of one job.
type record struct {
	job    int32
	claims []hold // all that were given it, in order of call
	done   []hold // those whose finish was accepted, in order of its call; claim may be none
	maybe  int    // the first finish of unknown outcome, which may have been accepted
	many   int    // the read that found most effects, and more than one
	once   int    // of the reads that found one, that which returned first
	zero   int    // the last read that found none
}

// records are those of all jobs.
type records struct {
	h     *history.History[Input, Output]
	byJob map[int32]*record
	all   []*record
	has   map[worker]int // the place in claims of the job's last claim by this worker
	empty int            // the first work that found no job left
	maybe int            // the first work of unknown outcome, which may have done any job
	given int            // the first claim or work of unknown outcome, which may have been given any job
}

type worker struct {
	client int32
	job    int32
}

// checkJobs looks for jobs that were lost, done twice, or held by two at once.
func checkJobs(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	rs := &records{h: h, byJob: map[int32]*record{}, has: map[worker]int{}, empty: none, maybe: none, given: none}
	for i := range h.Ops {
		if i%4096 == 0 && ctx.Err() != nil {
			return checkers.Undecide("%v", context.Cause(ctx))
		}
		rs.add(i)
	}
	return checkers.Reject(slices.Concat(
		rs.plainest(checkers.OverlappingClaims, (*records).overlapping),
		rs.plainest(checkers.DuplicateEffect, (*records).duplicate),
		rs.plainest(checkers.LostJob, (*records).lost),
		rs.plainest(checkers.PhantomUpdate, (*records).phantom),
	)...)
}

func (rs *records) of(job int32) *record {
	r := rs.byJob[job]
	if r == nil {
		r = &record{job: job, maybe: none, many: none, once: none, zero: none}
		rs.byJob[job] = r
		rs.all = append(rs.all, r)
	}
	return r
}

// add takes the i-th operation.
func (rs *records) add(i int) {
	op := &rs.h.Ops[i]
	switch {
	case op.Outcome == history.Unknown:
		rs.addUnknown(i)
	case op.Outcome != history.OK:
		rs.addFailed(i)
	case op.Input.Kind == Claim && op.Output.Found:
		r := rs.of(op.Output.Job)
		rs.has[worker{op.Client, r.job}] = len(r.claims)
		r.claims = append(r.claims, hold{i, none, none})
	case op.Input.Kind == Work && op.Output.Found:
		r := rs.of(op.Output.Job)
		r.claims = append(r.claims, hold{i, i, none})
		r.done = append(r.done, hold{i, i, none})
	case op.Input.Kind == Work && rs.empty == none:
		rs.empty = i
	case op.Input.Kind == Finish:
		if r, held := rs.end(i); op.Output.Done {
			r.done = append(r.done, held)
		}
	case op.Input.Kind == Crash:
		rs.end(i)
	case op.Input.Kind == Effects:
		rs.of(op.Input.Job).read(rs.h, i)
	}
}

func (rs *records) addUnknown(i int) {
	switch in := rs.h.Ops[i].Input; in.Kind {
	case Finish:
		r, _ := rs.end(i)
		r.maybe = firstOf(r.maybe, i)
	case Crash:
		rs.end(i)
	case Work:
		rs.maybe, rs.given = firstOf(rs.maybe, i), firstOf(rs.given, i)
	case Claim:
		rs.given = firstOf(rs.given, i)
	}
}

// firstOf gives the operation that came first, or the second if that is none.
func firstOf(first, i int) int {
	if first == none {
		return i
	}
	return first
}

// addFailed takes the i-th operation, after which its client still has what it had.
func (rs *records) addFailed(i int) {
	op := &rs.h.Ops[i]
	if op.Input.Kind != Finish {
		return
	}
	r := rs.of(op.Input.Job)
	if place, ok := rs.has[worker{op.Client, r.job}]; ok {
		r.claims[place].failed = i
	}
}

// end ends what the client of the i-th operation holds of its job.
func (rs *records) end(i int) (*record, hold) {
	op := &rs.h.Ops[i]
	r := rs.of(op.Input.Job)
	place, ok := rs.has[worker{op.Client, r.job}]
	if !ok {
		return r, hold{none, i, none}
	}
	delete(rs.has, worker{op.Client, r.job})
	r.claims[place].end = i
	return r, r.claims[place]
}

// read takes the i-th operation, which counted effects.
func (r *record) read(h *history.History[Input, Output], i int) {
	switch n := h.Ops[i].Output.Count; {
	case n == 0:
		r.zero = i
	case n == 1 && (r.once == none || h.Ops[i].Return < h.Ops[r.once].Return):
		r.once = i
	case n > 1 && (r.many == none || n > h.Ops[r.many].Output.Count):
		r.many = i
	}
}
