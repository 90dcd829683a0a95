package session

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// none stands for an operation that there is not.
const none = -1

// version is one version of a key.
type version struct {
	key int32
	n   int64
}

// pages are a history, with its writes found.
type pages struct {
	h       *history.History[Input, Output]
	writes  map[version]int // the write that was given it, the first of them
	twice   [][2]int        // writes that were given the version of one before, with that
	unknown map[int32][]int // writes of unknown outcome, in order of call
}

// read finds the writes, or says why the history can't be judged.
func (w *Workload) read(ctx context.Context, h *history.History[Input, Output]) (*pages, checkers.Verdict) {
	p := &pages{h: h, writes: map[version]int{}, unknown: map[int32][]int{}}
	for i := range h.Ops {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, checkers.Undecide("%v", context.Cause(ctx))
		}
		if v := w.malformed(i, h.Ops[i].Input); v.Status != checkers.Valid {
			return nil, v
		}
		if v := p.add(i); v.Status != checkers.Valid {
			return nil, v
		}
	}
	return p, checkers.Verdict{}
}

// malformed says what no check of these keys can judge.
func (w *Workload) malformed(i int, in Input) checkers.Verdict {
	switch {
	case in.Kind > Read:
		return checkers.Undecide("malformed: operation #%d: %v is no operation on a key", i, in.Kind)
	case in.Key < 0 || int(in.Key) >= w.keys.N:
		return checkers.Undecide("malformed: operation #%d: %s: there are keys 0 to %d", i, asked(in), w.keys.N-1)
	}
	return checkers.Verdict{}
}

// add takes the i-th operation, if it is a write.
func (p *pages) add(i int) checkers.Verdict {
	op := &p.h.Ops[i]
	if op.Input.Kind != Write || op.Outcome == history.Failed {
		return checkers.Verdict{}
	}
	if op.Outcome == history.Unknown {
		p.unknown[op.Input.Key] = append(p.unknown[op.Input.Key], i)
		return checkers.Verdict{}
	}
	v := version{op.Input.Key, op.Output.Version}
	if v.n < 1 {
		return checkers.Undecide("malformed: operation #%d: a write was given version %d: versions begin at 1", i, v.n)
	}
	if other, there := p.writes[v]; there {
		p.twice = append(p.twice, [2]int{other, i})
	} else {
		p.writes[v] = i
	}
	return checkers.Verdict{}
}

// overwritten tells of two writes that were given one version: the state of one of them is nobody's to read.
func (p *pages) overwritten() []checkers.Anomaly {
	if len(p.twice) == 0 {
		return nil
	}
	a, b := p.twice[0][0], p.twice[0][1]
	key := object(p.h.Ops[a].Input.Key)
	text := fmt.Sprintf("%s: client %d (op #%d) and client %d (op #%d) both wrote version %d, so that one overwrote the other", key,
		p.h.Ops[a].Client, a, p.h.Ops[b].Client, b, p.version(a))
	return []checkers.Anomaly{{
		Name: checkers.LostUpdate, Object: key, Message: text + workloads.Others(len(p.twice)-1, "write") + ".", Ops: []int{a, b},
		Arrows: []checkers.Arrow{{From: a, To: b, Relation: checkers.Excludes, Text: "both wrote " + state(p.version(a))}},
	}}
}

// seat is a client with a key.
type seat struct{ client, key int32 }

// newest are the operations by which a client has written and read the newest versions of a key, or none.
type newest struct{ written, read int }

// worst counts the reads of one anomaly, and keeps the first.
type worst struct {
	name, did       string
	n, read, before int
}

func (w *worst) add(read, before int) {
	if w.n++; w.n == 1 {
		w.read, w.before = read, before
	}
}

// past looks through what each client saw.
func (p *pages) past() []checkers.Anomaly {
	unread := worst{name: checkers.UnreadWrite, did: "written"}
	backwards := worst{name: checkers.NonMonotonicRead, did: "read"}
	seen := map[seat]*newest{}
	for i := range p.h.Ops {
		op := &p.h.Ops[i]
		if op.Outcome != history.OK {
			continue
		}
		who := seat{op.Client, op.Input.Key}
		s := seen[who]
		if s == nil {
			s = &newest{none, none}
			seen[who] = s
		}
		if op.Input.Kind == Write {
			s.written = p.newer(s.written, i)
			continue
		}
		if s.written != none && p.version(s.written) > op.Output.Version {
			unread.add(i, s.written)
		}
		if s.read != none && p.version(s.read) > op.Output.Version {
			backwards.add(i, s.read)
		}
		s.read = p.newer(s.read, i)
	}
	return append(p.tell(unread), p.tell(backwards)...)
}

func (p *pages) version(i int) int64 { return p.h.Ops[i].Output.Version }

// newer gives the operation with the higher version, the first if there is no difference.
func (p *pages) newer(a, b int) int {
	if a == none || p.version(b) > p.version(a) {
		return b
	}
	return a
}

func (p *pages) tell(w worst) []checkers.Anomaly {
	if w.n == 0 {
		return nil
	}
	key := object(p.h.Ops[w.read].Input.Key)
	text := fmt.Sprintf("%s: client %d read %s (op #%d) after it had %s version %d (op #%d)", key, p.h.Ops[w.read].Client,
		state(p.version(w.read)), w.read, w.did, p.version(w.before), w.before)
	switch {
	case w.n == 2:
		text += "; the same happened to another read"
	case w.n > 2:
		text += fmt.Sprintf("; the same happened to %d other reads", w.n-1)
	}
	return []checkers.Anomaly{{Name: w.name, Object: key, Message: text + ".", Ops: []int{w.before, w.read}, Arrows: p.arrows(w)}}
}

// arrows draws the version that was not seen, and who wrote the one that was.
func (p *pages) arrows(w worst) []checkers.Arrow {
	all := []checkers.Arrow{{
		From: w.before, To: w.read, Relation: checkers.Misses, Text: state(p.version(w.before)) + " was not seen",
	}}
	from, there := p.writes[version{p.h.Ops[w.read].Input.Key, p.version(w.read)}]
	if !there {
		from = checkers.Earlier
	}
	return append(all, checkers.Arrow{From: from, To: w.read, Relation: checkers.Reads, Text: "read " + state(p.version(w.read))})
}

func state(version int64) string {
	if version == 0 {
		return "nothing"
	}
	return fmt.Sprintf("version %d", version)
}
