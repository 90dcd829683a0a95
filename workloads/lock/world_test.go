package lock_test

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/lock"
)

// world is a lock and its resource, with clients that use them one operation at a time and are a little wrong.
type world struct {
	r      *rand.Rand
	now    time.Duration
	holder int32 // or none
	token  int64
	seq    int64
	leased bool // it may be lost
	slow   int
	fenced bool
}

func (w *world) client(id int32, done *[]op) {
	held := w.holder == id
	kind := lock.Kind(w.r.IntN(3))
	has := false
	for _, o := range *done {
		switch {
		case o.Client != id || o.Outcome == history.Failed:
		case o.Outcome == history.Unknown:
			return // its last
		case o.Input.Kind == lock.Acquire:
			has = o.Output.Got
		case o.Input.Kind == lock.Release:
			has = false
		}
	}
	switch {
	case !has:
		kind = lock.Acquire
	case kind == lock.Acquire:
		kind = lock.Use
	}
	last := time.Duration(0)
	for _, o := range *done {
		if o.Client == id {
			last = o.Return
		}
	}
	now := max(w.now, last)
	w.now = now + 10
	o := op{Client: id, Input: in{Kind: kind}}
	o.Call, o.Return = max(last, now-time.Duration(w.r.IntN(w.slow))), now+time.Duration(w.r.IntN(w.slow))
	switch w.r.IntN(12) {
	case 0:
		o.Outcome = history.Failed
	case 1:
		o.Outcome, o.Return = history.Unknown, history.Never
	}
	o.Output = w.answer(kind, id, held, o.Outcome)
	*done = append(*done, o)
}

// answer carries an operation out.
func (w *world) answer(kind lock.Kind, id int32, held bool, outcome history.Outcome) (o out) {
	if outcome == history.Failed || outcome == history.Unknown && w.r.IntN(2) == 0 {
		return o
	}
	steal := w.leased && w.r.IntN(2) == 0 || w.r.IntN(8) == 0
	switch {
	case kind == lock.Acquire && (w.holder < 0 || steal):
		w.holder = id
		o.Got = true
		if w.fenced {
			w.token += 1 - int64(w.r.IntN(12)/11)*int64(w.r.IntN(4))
			o.Token = w.token
		}
	case kind == lock.Use && (held || w.r.IntN(5) == 0):
		w.seq += 1 + w.r.Int64N(2)
		o.Accepted, o.Seq = true, max(1, w.seq-int64(w.r.IntN(12)/11)*w.r.Int64N(4))
	case kind == lock.Release:
		if o.Held = held || w.r.IntN(20) == 0; held {
			w.holder = -1
		}
	}
	if outcome == history.Unknown {
		return out{}
	}
	return o
}

// tangled makes three grants at nearly one time, of which one is held for a while and the others are used once.
func tangled(r *rand.Rand) []op {
	var ops []op
	for id := range int32(3) {
		begin, took := time.Duration(r.IntN(20)), time.Duration(r.IntN(40))
		ops = append(ops, got(id, begin, begin+took, 0))
		if then := begin + took + time.Duration(r.IntN(30)); id == 0 {
			ops = append(ops, released(id, then, then+20))
		} else {
			ops = append(ops, used(id, then, 120, int64(id)))
		}
	}
	return ops
}

// random makes a history of at most five clients.
func random(r *rand.Rand) []op {
	if r.IntN(8) == 0 {
		ops := tangled(r)
		slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
		return ops
	}
	w := &world{r: r, slow: 30 + r.IntN(60), now: 100, holder: -1, leased: r.IntN(2) == 0, fenced: r.IntN(2) == 0}
	var ops []op
	for range 4 + r.IntN(16) {
		w.client(int32(r.IntN(5)), &ops)
	}
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Call - b.Call) })
	return ops
}
