package lock

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// none stands for an operation that there is not.
const none = -1

// grant is one client's turn with a lock.
//
// All turns with one lock must have an order. A turn begins at a moment of its acquire; one whose release says that the
// lock was still held ends at a moment of that, and any other whenever the lock likes. From two turns' times follows that
// the one came first if it was granted before the other ended, or was asked for where that is not known to have held:
// granted < until.
type grant struct {
	acquire int // the operation that was granted
	release int // the operation that ended it and says that it was still held, or none
	token   int64
	asked   time.Duration
	granted time.Duration // the latest moment at which it may have begun
	until   time.Duration // the earliest moment at which it may have ended, or begun if it need not have lasted
}

// before reports whether g must have begun before o, because of their times.
func (g *grant) before(o *grant) bool { return g.granted < o.until }

// earlier orders grants by when they were surely granted.
func earlier(a, b *grant) int { return cmp.Compare(a.granted, b.granted) }

// access is one use that the resource accepted.
type access struct {
	op    int
	seq   int64
	grant *grant
}

// watched is what is known of one lock.
type watched struct {
	lock     int32
	grants   []*grant
	accesses []access // in the resource's order
	fenced   bool     // grants have tokens
}

// holder is a client with one lock.
type holder struct{ client, lock int32 }

// reader reads a history.
type reader struct {
	h       *history.History[Input, Output]
	locks   map[int32]*watched
	holders map[holder]*grant
	strange checkers.Verdict // the first access that can't be judged, if there is one; it is left out
}

// read sorts the operations by lock and grant. The verdict is undecided if it can't, and gives no locks then, or if it had to
// leave an access out: what the rest proves stands.
func (w *Workload) read(ctx context.Context, h *history.History[Input, Output]) ([]*watched, checkers.Verdict) {
	r := &reader{h: h, locks: map[int32]*watched{}, holders: map[holder]*grant{}}
	var all []*watched
	for i := range h.Ops {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, checkers.Undecide("%v", context.Cause(ctx))
		}
		if v := w.malformed(i, h.Ops[i].Input); v.Status != checkers.Valid {
			return nil, v
		}
		l := r.locks[h.Ops[i].Input.Lock]
		if l == nil {
			l = &watched{lock: h.Ops[i].Input.Lock}
			r.locks[l.lock] = l
			all = append(all, l)
		}
		r.add(l, i)
	}
	for _, l := range all {
		slices.SortStableFunc(l.accesses, func(a, b access) int { return cmp.Compare(a.seq, b.seq) })
	}
	return all, r.strange
}

// malformed says what no check of these locks can judge.
func (w *Workload) malformed(i int, in Input) checkers.Verdict {
	switch {
	case in.Kind > Release:
		return checkers.Undecide("malformed: operation #%d: %v is no operation on a lock", i, in.Kind)
	case in.Lock < 0 || int(in.Lock) >= w.keys.N:
		return checkers.Undecide("malformed: operation #%d: %s: there are locks 0 to %d", i, asked(in), w.keys.N-1)
	}
	return checkers.Verdict{}
}

// add takes the i-th operation. One of unknown outcome is its client's last; whatever it did, it shows nobody a grant, an
// access or the end of a turn. One that failed leaves all as it was.
func (r *reader) add(l *watched, i int) {
	op := &r.h.Ops[i]
	who := holder{op.Client, l.lock}
	if op.Outcome != history.OK {
		return
	}
	switch g := r.holders[who]; {
	case op.Input.Kind == Acquire:
		delete(r.holders, who)
		if op.Output.Got {
			r.holders[who] = l.begin(op, i)
		}
	case op.Input.Kind == Release:
		delete(r.holders, who)
		if g != nil && op.Output.Held {
			g.release, g.until = i, op.Call
		}
	case !op.Output.Accepted:
	case g == nil:
		r.leaveOut("malformed: operation #%d: the resource accepted client %d, which has no grant of lock %d", i, op.Client, l.lock)
	case op.Output.Seq < 1:
		r.leaveOut("malformed: operation #%d: access %d: accesses are numbered from 1", i, op.Output.Seq)
	default:
		l.accesses = append(l.accesses, access{op: i, seq: op.Output.Seq, grant: g})
	}
}

func (r *reader) leaveOut(format string, args ...any) {
	if r.strange.Status == checkers.Valid {
		r.strange = checkers.Undecide(format, args...)
	}
}

func (l *watched) begin(op *history.Op[Input, Output], i int) *grant {
	g := &grant{acquire: i, release: none, token: op.Output.Token, asked: op.Call, granted: op.Return, until: op.Call}
	l.grants = append(l.grants, g)
	l.fenced = l.fenced || g.token != 0
	return g
}

// turns are the grants under which the resource was used, each with its first access, in the resource's order. They make
// sense only if none was used again after another.
func (l *watched) turns() []access {
	var turns []access
	for _, a := range l.accesses {
		if len(turns) == 0 || turns[len(turns)-1].grant != a.grant {
			turns = append(turns, a)
		}
	}
	return turns
}
