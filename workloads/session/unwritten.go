package session

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// unwritten looks for a version that was read and that no write can have made by then. One of unknown outcome may have made
// any version that nobody else was given, but only one, and only once it was called.
func (p *pages) unwritten() []checkers.Anomaly {
	orphans := map[int32]map[int64]int{} // by key and version, the read that ended first
	for i := range p.h.Ops {
		op := &p.h.Ops[i]
		if op.Outcome != history.OK || op.Input.Kind != Read || op.Output.Version == 0 {
			continue
		}
		if op.Output.Version < 0 {
			return p.phantom(i, "which no write can make, since versions begin at 1")
		}
		w, written := p.writes[version{op.Input.Key, op.Output.Version}]
		if written && p.h.Ops[w].Call > op.Return {
			return p.phantom(i, fmt.Sprintf("which client %d began to write (op #%d) only after that", p.h.Ops[w].Client, w), w)
		}
		if !written {
			p.earliest(orphans, i)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(orphans)) {
		if a := p.unexplained(key, slices.Collect(maps.Values(orphans[key]))); a != nil {
			return a
		}
	}
	return nil
}

func (p *pages) earliest(orphans map[int32]map[int64]int, i int) {
	op := &p.h.Ops[i]
	reads := orphans[op.Input.Key]
	if reads == nil {
		reads = map[int64]int{}
		orphans[op.Input.Key] = reads
	}
	if first, there := reads[op.Output.Version]; !there || op.Return < p.h.Ops[first].Return {
		reads[op.Output.Version] = i
	}
}

// unexplained gives each read, in the order in which they ended, a write of unknown outcome that was called by then.
func (p *pages) unexplained(key int32, reads []int) []checkers.Anomaly {
	slices.SortFunc(reads, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.h.Ops[a].Return, p.h.Ops[b].Return), cmp.Compare(a, b))
	})
	unknown := p.unknown[key]
	for n, read := range reads {
		if n < len(unknown) && p.h.Ops[unknown[n]].Call <= p.h.Ops[read].Return {
			continue
		}
		if n == 0 {
			return p.phantom(read, "which nobody had written")
		}
		return p.phantom(read, fmt.Sprintf("which makes %d versions that nobody was told to have written, but writes of "+
			"unknown outcome by then only %d", n+1, n), reads[:n]...)
	}
	return nil
}

func (p *pages) phantom(read int, why string, others ...int) []checkers.Anomaly {
	key := object(p.h.Ops[read].Input.Key)
	ops := append([]int{read}, others...)
	slices.Sort(ops)
	return []checkers.Anomaly{{
		Name: checkers.PhantomUpdate, Object: key, Ops: ops,
		Message: fmt.Sprintf("%s: client %d read version %d (op #%d), %s.", key, p.h.Ops[read].Client, p.version(read), read, why),
	}}
}
