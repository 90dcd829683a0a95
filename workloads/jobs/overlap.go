package jobs

import (
	"cmp"
	"slices"
	"sort"
)

// between finds a worker whose finish was accepted, and a claim by which another was surely given the job while it held it.
func (rs *records) between(r *record) (held hold, other int) {
	earliest := rs.earliest(r)
	for _, held = range r.done {
		if !held.known() {
			continue
		}
		from, to := rs.h.Ops[held.claim].Return, rs.h.Ops[held.end].Call
		i := sort.Search(len(r.claims), func(i int) bool { return rs.h.Ops[r.claims[i].claim].Call > from })
		if i < len(r.claims) && rs.h.Ops[earliest[i]].Return < to {
			return held, earliest[i]
		}
	}
	return held, none
}

// earliest gives, for every place in claims, which of the claims from there on was the first to return.
func (rs *records) earliest(r *record) []int {
	first := make([]int, len(r.claims))
	for i := len(first) - 1; i >= 0; i-- {
		first[i] = r.claims[i].claim
		if i+1 < len(first) && rs.h.Ops[first[i+1]].Return < rs.h.Ops[first[i]].Return {
			first[i] = first[i+1]
		}
	}
	return first
}

// atOnce finds two workers whose finishes were both accepted and who surely held the job at one moment.
func (rs *records) atOnce(r *record) (a, b hold, found bool) {
	var all []hold
	for _, held := range r.done {
		if held.known() {
			all = append(all, held)
		}
	}
	from := func(held hold) int64 { return int64(rs.h.Ops[held.claim].Return) }
	to := func(held hold) int64 { return int64(rs.h.Ops[held.end].Call) }
	slices.SortStableFunc(all, func(a, b hold) int { return cmp.Compare(from(a), from(b)) })
	for i, b := range all {
		if i > 0 && from(b) < min(to(a), to(b)) {
			return a, b, true
		}
		if i == 0 || to(b) > to(a) {
			a = b
		}
	}
	return a, b, false
}

// known reports whether it is known since when the worker held the job: from one operation until another.
func (held hold) known() bool { return held.claim != none && held.claim != held.end }
