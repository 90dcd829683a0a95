package outbox

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// log is what a read found: the versions in the order in which they first appear.
type log struct {
	order  []int64
	has    map[int64]bool
	newest int64
}

// log gives what a read found.
func (rs *records) log(read int) log {
	l := log{has: map[int64]bool{}}
	for _, e := range rs.h.Ops[read].Output.Events {
		if !l.has[e.Version] {
			l.has[e.Version] = true
			l.order = append(l.order, e.Version)
			l.newest = max(l.newest, e.Version)
		}
	}
	return l
}

// gap gives the lowest version that is not in the log and below one that is, or 0.
func (l log) gap() int64 {
	if int64(len(l.order)) == l.newest {
		return 0
	}
	v := int64(1)
	for l.has[v] {
		v++
	}
	return v
}

// after gives the lowest version in the log that is above v, which is not the newest.
func (l log) after(v int64) int64 {
	next := l.newest
	for _, other := range l.order {
		if other > v {
			next = min(next, other)
		}
	}
	return next
}

// missing gives a version that must be in the log and is not, or 0: best one that somebody was told.
func (rs *records) missing(r *record, l log, drain int) int64 {
	for _, v := range r.told {
		if v > l.newest {
			break
		}
		if !l.has[v] {
			return v
		}
	}
	if last, some := r.before.Of(drain); some && rs.h.Ops[last].Output.Version > l.newest {
		n, _ := slices.BinarySearch(r.told, l.newest+1)
		for !workloads.Before(rs.h, r.wrote[r.told[n]], drain) {
			n++
		}
		return r.told[n]
	}
	return l.gap()
}
