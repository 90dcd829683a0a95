package harness

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/checkers"
)

// again makes the runs that failed before, and says whether to go on with the one that the test asks for.
func (t *trial[I, O]) again() (goOn bool) {
	t.tb.Helper()
	cases, err := readCases(t.files.cases)
	if err != nil {
		t.tb.Fatalf("a run that failed before can't be made again: %v", err)
		return false
	}
	for _, c := range cases {
		if c.Test != t.tb.Name() {
			t.tb.Logf("%s is of the test %s, and left out", c.path, c.Test)
			continue
		}
		if !t.retry(&c) {
			return false
		}
	}
	return true
}

// retried is what has become of a run that failed before.
type retried[I, O any] struct {
	shrunk[I, O]        // failed counts those that failed, in whatever way
	passed       int    // tries that were valid, and proved something
	doubt        string // why others say nothing
}

// retry makes a run that failed before as often as it takes to see what has become of it.
func (t *trial[I, O]) retry(c *savedCase) (goOn bool) {
	t.tb.Helper()
	ctx, cancel := t.limits.forCases(t.ctx)
	defer cancel()
	r := &retried[I, O]{shrunk: shrunk[I, O]{attempt: c.attempt}}
	for r.of < t.cfg.tries && ctx.Err() == nil && r.doubt == "" {
		f, err := t.attempt(ctx, c.attempt)
		switch {
		case errors.Is(err, errRunsOnce):
			t.tb.Fatalf("%s can't be made again, since %v, or remove it", c.path, err)
			return false
		case err != nil && ctx.Err() == nil:
			t.tb.Errorf("%s could not be made again: %v", c.path, err)
			return false
		case f == nil:
			continue
		}
		if name, _ := f.workload.Info(); name != c.Workload {
			t.tb.Fatalf("%s is of the workload %s, and this test's is %s: remove it", c.path, c.Workload, name)
			return false
		}
		if r.judge(f); r.failed == r.of && r.of >= t.cfg.need { // it fails every time
			break
		}
	}
	return t.conclude(c, r, ctx.Err() != nil)
}

// judge takes a try. One in which something is not known says nothing, and neither would those after it: what is not known may
// happen in them.
func (r *retried[I, O]) judge(f *failure[I, O]) {
	r.of++
	switch v, s := f.result.Verdict, f.result.Stats; {
	case v.Status == checkers.Invalid:
		r.failed, r.run = r.failed+1, f
	case v.Status == checkers.Undecided:
		r.doubt = v.Reason
	case f.result.Orphans > 0:
		r.doubt = things(f.result.Orphans, "call") + " never returned"
	case s.Unknown > 0:
		r.doubt = things(int(s.Unknown), "operation") + " ended with an error, and may still be done later"
		for _, e := range errorCounts(f.result.History) {
			r.doubt += ": " + firstLine(e.Text)
			break
		}
	case s.UpdatesOK == 0 && s.Updates > 0:
		r.doubt = "no update was done"
	default:
		r.passed++
	}
}

// conclude tells what has become of the run, and says whether to go on.
func (t *trial[I, O]) conclude(c *savedCase, r *retried[I, O], late bool) (goOn bool) {
	t.tb.Helper()
	switch {
	case r.failed > 0:
		a := &account[I, O]{failure: r.run, before: c, shrunk: &r.shrunk}
		t.leave(a)
		t.tell(a)
		return false
	case t.ctx.Err() != nil:
		t.tb.Errorf("%s: %v: it could not be made again, nor the run that the test asks for", c.path, context.Cause(t.ctx))
		return false
	case r.doubt != "":
		t.tb.Logf("%s: failed before, and can't be judged now: %s", c.path, r.doubt)
	case late:
		t.tb.Logf("%s: failed before, passes now: %d of %d tries, and no time for more", c.path, r.passed, t.cfg.tries)
	default:
		t.tb.Logf("%s: failed before, passes now: %s. Remove it when you trust that.", c.path,
			fmt.Sprintf("%d of %d tries", r.passed, r.of))
	}
	return true
}
