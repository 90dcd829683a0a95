package outbox

import (
	"context"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// none stands for an operation that there is not.
const none = -1

// record is what is known of one key: places in the history.
type record struct {
	key    int32
	wrote  map[int64]int   // by version: the write that was told it
	twice  [2]int          // two that were told one version, or none
	owners map[int64][]int // by ID: the writes, however they ended
	reads  []int           // what was published
}

// records are those of all keys.
type records struct {
	h      *history.History[Input, Output]
	byKey  map[int32]*record
	all    []*record
	drains []int
}

// checkEvents looks for events that were lost, published out of order, or never written.
func checkEvents(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	rs := &records{h: h, byKey: map[int32]*record{}}
	for i := range h.Ops {
		if i%4096 == 0 && ctx.Err() != nil {
			return checkers.Undecide("%v", context.Cause(ctx))
		}
		rs.add(i)
	}
	return checkers.Reject(slices.Concat(
		rs.find(checkers.LostEvent, byRead((*records).lost)),
		rs.find(checkers.OutOfOrder, byRead((*records).disordered)),
		rs.find(checkers.PhantomUpdate, byRead((*records).phantom)),
		rs.find(checkers.LostUpdate, (*records).overwritten),
	)...)
}

func (rs *records) of(key int32) *record {
	r := rs.byKey[key]
	if r == nil {
		r = &record{key: key, wrote: map[int64]int{}, twice: [2]int{none, none}, owners: map[int64][]int{}}
		rs.byKey[key] = r
		rs.all = append(rs.all, r)
	}
	return r
}

// add takes the i-th operation.
func (rs *records) add(i int) {
	op := &rs.h.Ops[i]
	done := op.Outcome == history.OK
	switch in := op.Input; in.Kind {
	case Write, Crash:
		r := rs.of(in.Key)
		r.owners[in.ID] = append(r.owners[in.ID], i)
		if done && in.Kind == Write {
			r.write(op.Output.Version, i)
		}
	case Drain:
		if done {
			rs.drains = append(rs.drains, i)
		}
	case Published:
		if done {
			r := rs.of(in.Key)
			r.reads = append(r.reads, i)
		}
	}
}

func (r *record) write(version int64, i int) {
	other, there := r.wrote[version]
	switch {
	case !there:
		r.wrote[version] = i
	case r.twice[0] == none:
		r.twice = [2]int{other, i}
	}
}

// drained gives the last drain that was done before a read, or none.
func (rs *records) drained(read int) int {
	for _, d := range slices.Backward(rs.drains) {
		if workloads.Before(rs.h, d, read) {
			return d
		}
	}
	return none
}

// owner gives the write that has made an event: one that was told the version, or else one that may have written it. If there
// is none it gives any write of the ID, or none.
func (rs *records) owner(r *record, e Event) (i int, may bool) {
	i = none
	for _, w := range r.owners[e.ID] {
		switch op := &rs.h.Ops[w]; {
		case op.Outcome == history.OK && op.Input.Kind == Write && op.Output.Version == e.Version:
			return w, true
		case op.Outcome == history.Unknown || op.Outcome == history.OK && op.Input.Kind == Crash:
			i, may = w, true
		case i == none:
			i = w
		}
	}
	return i, may
}
