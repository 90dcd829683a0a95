package outbox

import (
	"context"
	"maps"
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
	owners map[int64][]int // by ID: the write, however it ended; several, if a final one was tried again
	reads  []int           // what was published
	told   []int64         // the versions of wrote, from the lowest
	before *prior          // the writes of wrote, by version
}

// prior finds the last operation before another.
type prior = workloads.Prior[Input, Output]

// records are those of all keys.
type records struct {
	h       *history.History[Input, Output]
	byKey   map[int32]*record
	all     []*record
	drains  []int
	drained *prior // the drains, by when they were called
	stopped func() bool
}

// checkEvents looks for events that were lost, published out of order, or never written.
func checkEvents(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	rs := &records{h: h, byKey: map[int32]*record{}, stopped: func() bool { return ctx.Err() != nil }}
	for i := range h.Ops {
		if i%4096 == 0 && rs.stopped() {
			return checkers.Undecide("%v", context.Cause(ctx))
		}
		if other := rs.add(i); other != none {
			return checkers.Undecide("malformed: operation #%d: %s: operation #%d has the same ID", i, asked(h.Ops[i].Input), other)
		}
	}
	for _, r := range rs.all {
		r.index(h)
	}
	rs.drained = workloads.NewPrior(h, rs.drains, func(i int) int64 { return int64(i) })
	v := checkers.Reject(slices.Concat(
		rs.find(checkers.LostEvent, byRead((*records).lost)),
		rs.find(checkers.OutOfOrder, byRead((*records).disordered)),
		rs.find(checkers.PhantomUpdate, (*records).phantom),
		rs.find(checkers.LostUpdate, (*records).overwritten),
	)...)
	if rs.stopped() {
		v = checkers.Join(v, checkers.Undecide("stopped before all keys were checked: %v", context.Cause(ctx)))
	}
	return v
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

// add takes the i-th operation, and gives another that has its ID, or none.
func (rs *records) add(i int) int {
	op := &rs.h.Ops[i]
	done := op.Outcome == history.OK
	switch in := op.Input; in.Kind {
	case Write, Crash:
		r := rs.of(in.Key)
		if all := r.owners[in.ID]; len(all) > 0 && !rs.again(all[0], i) {
			return all[0]
		}
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
	return none
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

// index sorts the writes.
func (r *record) index(h *history.History[Input, Output]) {
	r.told = slices.Sorted(maps.Keys(r.wrote))
	r.before = workloads.NewPrior(h, slices.Sorted(maps.Values(r.wrote)), func(i int) int64 { return h.Ops[i].Output.Version })
}

// again reports whether two operations are the same final write, which is tried more than once where the first comes to nothing.
func (rs *records) again(i, j int) bool {
	a, b := &rs.h.Ops[i], &rs.h.Ops[j]
	return a.Phase == history.Final && b.Phase == history.Final && a.Input == b.Input
}

// owner gives the write of an event's ID, or none, and says whether it may have made the event.
func (rs *records) owner(r *record, e Event) (i int, may bool) {
	i = none
	for _, own := range r.owners[e.ID] {
		switch op := &rs.h.Ops[own]; {
		case op.Outcome == history.OK && op.Input.Kind == Write:
			if op.Output.Version == e.Version {
				return own, true
			}
		case op.Outcome != history.Failed && !may:
			i, may = own, true
			continue
		}
		if !may {
			i = own
		}
	}
	return i, may
}

// overdrawn reports whether events of one ID have more versions than there are writes that may have made them, and gives these.
func (rs *records) overdrawn(r *record, all []sighting) (writes []int, over bool) {
	versions := map[int64]bool{}
	for _, s := range all {
		versions[s.Version] = true
	}
	for _, own := range r.owners[all[0].ID] {
		op := &rs.h.Ops[own]
		if op.Outcome == history.Failed {
			continue
		}
		writes = append(writes, own)
		if op.Outcome == history.OK && op.Input.Kind == Write {
			versions[op.Output.Version] = true
		}
	}
	return writes, len(versions) > len(writes)
}
