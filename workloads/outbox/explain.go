package outbox

import (
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// telling tells in a sentence what is wrong with a key, and by which operations; by none, if nothing is.
type telling func(rs *records, r *record) (text string, ops []int)

// find gives the anomaly of the name for the first key that has it, and says how many others have it.
func (rs *records) find(name string, tell telling) []checkers.Anomaly {
	var found *checkers.Anomaly
	others := 0
	for _, r := range rs.all {
		if rs.stopped() {
			break
		}
		text, ops := tell(rs, r)
		switch {
		case len(ops) == 0:
		case found != nil:
			others++
		default:
			slices.Sort(ops)
			found = &checkers.Anomaly{Name: name, Object: object(r.key), Message: object(r.key) + ": " + text, Ops: slices.Compact(ops)}
		}
	}
	if found == nil {
		return nil
	}
	found.Message += workloads.Others(others, "key") + "."
	return []checkers.Anomaly{*found}
}

// byRead tells of the first read of what was published by which something is wrong.
func byRead(tell func(rs *records, r *record, read int) (text string, ops []int)) telling {
	return func(rs *records, r *record) (text string, ops []int) {
		for _, read := range r.reads {
			if text, ops = tell(rs, r, read); len(ops) > 0 || rs.stopped() {
				break
			}
		}
		return text, ops
	}
}

// lost tells of an event that is not there after all was published.
func (rs *records) lost(r *record, read int) (text string, ops []int) {
	drain, some := rs.drained.Of(read)
	if !some {
		return "", nil
	}
	l := rs.log(read)
	v := rs.missing(r, l, drain)
	if v == 0 {
		return "", nil
	}
	ops = []int{drain, read}
	text = fmt.Sprintf("the event of version %d", v)
	if w, told := r.wrote[v]; told {
		text = fmt.Sprintf("client %d wrote version %d (op #%d), and its event", rs.client(w), v, w)
		ops = append(ops, w)
	}
	text += fmt.Sprintf(" was not there (op #%d) when all had been published (op #%d)", read, drain)
	if v < l.newest {
		text += fmt.Sprintf(", though that of version %d was", l.after(v))
	}
	return text, ops
}

// disordered tells of two events that came the wrong way round.
func (rs *records) disordered(r *record, read int) (text string, ops []int) {
	l := rs.log(read)
	for i, v := range l.order {
		if i > 0 && v < l.order[i-1] {
			early, a := rs.written(r, l.order[i-1])
			late, b := rs.written(r, v)
			return fmt.Sprintf("%s was published before %s, as op #%d shows", early, late, read), slices.Concat(a, b, []int{read})
		}
	}
	if _, drained := rs.drained.Of(read); drained {
		return "", nil // it is lost, then
	}
	if v := l.gap(); v != 0 {
		early, a := rs.written(r, l.after(v))
		late, b := rs.written(r, v)
		return fmt.Sprintf("%s was published, and %s was not before it, as op #%d shows", early, late, read),
			slices.Concat(a, b, []int{read})
	}
	return "", nil
}

// written names a version by who wrote it, if that is known.
func (rs *records) written(r *record, v int64) (text string, ops []int) {
	w, told := r.wrote[v]
	if !told {
		return fmt.Sprintf("version %d", v), nil
	}
	return fmt.Sprintf("client %d's version %d (op #%d)", rs.client(w), v, w), []int{w}
}

// sighting is an event, the write that has its ID, and the read that found it.
type sighting struct {
	Event
	write, read int
}

// phantom tells of the first event whose write did not take place.
func (rs *records) phantom(r *record) (text string, ops []int) {
	byVersion, byID := map[int64]sighting{}, map[int64][]sighting{}
	for _, read := range r.reads {
		if rs.stopped() {
			break
		}
		for _, e := range rs.h.Ops[read].Output.Events {
			i, may := rs.owner(r, e)
			if !may {
				return rs.unwritten(e, i, read)
			}
			s := sighting{e, i, read}
			if workloads.Before(rs.h, read, i) {
				return fmt.Sprintf("the event of %s was published (op #%d) before it was asked for", rs.write(i), read), []int{i, read}
			}
			if text, ops = rs.contradicts(r, s, byVersion, byID); len(ops) > 0 {
				return text, ops
			}
			if !slices.ContainsFunc(byID[e.ID], func(other sighting) bool { return other.Version == e.Version }) {
				byVersion[e.Version], byID[e.ID] = s, append(byID[e.ID], s)
			}
		}
	}
	return "", nil
}

// contradicts tells of an event that can't be beside one that was published, or a version that was told.
func (rs *records) contradicts(
	r *record, s sighting, byVersion map[int64]sighting, byID map[int64][]sighting,
) (text string, ops []int) {
	if first, there := byVersion[s.Version]; there && first.ID != s.ID {
		return fmt.Sprintf("two events of version %d were published (%s), of %s and of %s", s.Version, reads(first, s),
			rs.write(first.write), rs.write(s.write)), []int{first.write, s.write, first.read, s.read}
	}
	if all := byID[s.ID]; len(all) > 0 && all[0].Version != s.Version {
		all = append(slices.Clip(all), s)
		if writes, over := rs.overdrawn(r, all); over {
			for _, other := range all {
				writes = append(writes, other.read)
			}
			return fmt.Sprintf("the event of %s was published as version %d and as version %d (%s)", rs.write(s.write), all[0].Version,
				s.Version, reads(all[0], s)), writes
		}
	}
	if w, told := r.wrote[s.Version]; told && w != s.write {
		return fmt.Sprintf("the event of %s was published as version %d (op #%d), which is that of %s", rs.write(s.write), s.Version,
			s.read, rs.write(w)), []int{s.write, w, s.read}
	}
	return "", nil
}

// reads names those that found two events: "op #3", or "op #3 and op #4".
func reads(first, second sighting) string {
	if first.read == second.read {
		return fmt.Sprintf("op #%d", first.read)
	}
	return fmt.Sprintf("op #%d and op #%d", first.read, second.read)
}

// unwritten tells of an event that the i-th operation, the only one of its ID, can't have made.
func (rs *records) unwritten(e Event, i, read int) (text string, ops []int) {
	switch {
	case i == none:
		return fmt.Sprintf("an event of version %d was published (op #%d) that nobody wrote", e.Version, read), []int{read}
	case rs.h.Ops[i].Outcome == history.Failed:
		return fmt.Sprintf("the event of %s was published as version %d (op #%d), although that failed", rs.write(i), e.Version, read),
			[]int{i, read}
	}
	return fmt.Sprintf("the event of %s was published as version %d (op #%d), although it is version %d", rs.write(i), e.Version,
		read, rs.h.Ops[i].Output.Version), []int{i, read}
}

// write names a write by its client: "client 3's crashed write (op #17)".
func (rs *records) write(i int) string {
	crashed := ""
	if rs.h.Ops[i].Input.Kind == Crash {
		crashed = "crashed "
	}
	return fmt.Sprintf("client %d's %swrite (op #%d)", rs.client(i), crashed, i)
}

// overwritten tells of two writes that were told the same version.
func (rs *records) overwritten(r *record) (text string, ops []int) {
	a, b := r.twice[0], r.twice[1]
	if a == none {
		return "", nil
	}
	return fmt.Sprintf("%s and %s were both told version %d", rs.write(a), rs.write(b), rs.h.Ops[a].Output.Version), []int{a, b}
}

func (rs *records) client(i int) int32 { return rs.h.Ops[i].Client }
