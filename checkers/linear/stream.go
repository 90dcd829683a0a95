package linear

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// Stream decides whether a history is linearizable over a model while it is recorded, from batches as
// [history.Recorder.Cut] gives them. Its verdict on all batches is that of [Check] on the whole history, but for what it had
// to give up for want of memory, which is Undecided; and what explains a violation may refer to what came before.
//
// It keeps what can still matter: operations that are under way, or returned while one was that was called before them;
// operations of unknown outcome, which may take effect at any time; and per object the ways in which everything before may
// have gone. For an object of one of the well-known data types (see [Type]) that is a few operations and what the object
// holds; see [monitor.Forget]. For others it is the configurations of the search, which are few where the object comes to
// rest now and then; else they are bounded by memory. An object that outgrows it is Undecided from then on, with the reason.
//
// A Stream is for one goroutine at a time.
type Stream[S comparable, I, O any] struct {
	base  *check[S, I, O] // of all objects; it has no operations
	joint bool

	order *history.Sequence[I, O]
	lanes map[uint64]*slot[I, O]
	fresh []uint64 // keys of those to which operations came since they were last looked at
	ops   int      // how many came to them
	worth int      // how many of them there must be to look again
	bytes int64    // about what all objects occupy
	wrong string

	violated bool // there is an object of which that is known
}

// slot is an object and how it is looked at.
type slot[I, O any] struct {
	lane  lane[I, O]
	fresh bool
	bytes int64 // when it was last looked at
}

// lane is what a stream remembers of one object, and how it goes on.
type lane[I, O any] interface {
	// take adds operations whose outcome is known for good, each called not before those that came already.
	take(op piece[I, O])

	// look forgets what can be forgotten, if everything called before until is there, and says what it found out thereby.
	// What is ahead was called at until or later; what of it is under way is of unknown outcome.
	look(ctx context.Context, until time.Duration, ahead []piece[I, O]) finding

	// decide decides what is there together with what is ahead.
	decide(ctx context.Context, ahead []piece[I, O]) finding

	// untold says whether nothing was forgotten yet, and gives back everything that came.
	untold() (all []piece[I, O], ok bool)

	// proof gives the operations that an anomaly names, if there is one.
	proof() []piece[I, O]

	// bytes is about what it occupies.
	bytes() int64

	// settle forgets everything: that is what is found of the object, whatever comes.
	settle(f finding)
}

// NewStream makes a stream. Proofs and memory are set as for [Check]; a stream gives no orders, so that [WithOrders] has it
// be Undecided, with the reason.
func NewStream[S comparable, I, O any](m Model[S, I, O], opts ...Option) *Stream[S, I, O] {
	s := &Stream[S, I, O]{
		base:  newCheck(m, &history.History[I, O]{}, defaults().with(opts)),
		order: history.NewSequence[I, O](), lanes: map[uint64]*slot[I, O]{}, worth: worthLooking,
	}
	if s.base.orders {
		s.wrong = "a stream forgets what came before, so that it can give no order of all operations: leave WithOrders out"
	}
	return s
}

// Joined has the stream take the whole history for one object, whatever the model's Key says, as [Check] does where an input
// concerns several objects. It must come before the first batch; a stream that meets such an input without it is Undecided
// if it has forgotten something by then.
func (s *Stream[S, I, O]) Joined() *Stream[S, I, O] {
	s.joint = true
	return s
}

// worthLooking is how many operations come before the objects are looked at.
const worthLooking = 1 << 14

// Add takes the next batch. Batches must come in order, and none may be left out. Of a batch that can not follow those before
// it, such as one with an operation that was called before the last batch and was not under way in it, nothing is taken, and
// the verdict is Undecided from then on. If ctx ends, what should have been done is left for later.
//
// It says whether there is a violation already, as far as it has looked: at times it does, and [Stream.Verdict] always.
func (s *Stream[S, I, O]) Add(ctx context.Context, b history.Batch[I, O]) (violated bool) {
	if s.wrong != "" {
		return s.violated
	}
	if err := s.order.Add(b); err != nil {
		s.wrong = err.Error()
		return s.violated
	}
	for _, p := range s.order.Take() {
		s.deal(p)
	}
	if s.ops >= s.worth && s.wrong == "" {
		s.look(ctx)
	}
	return s.violated
}

// deal gives an operation to the object that it is of.
func (s *Stream[S, I, O]) deal(p piece[I, O]) {
	if p.Outcome == history.Failed || s.wrong != "" {
		return
	}
	if s.wrong = beyond(s.base.model, p.Outcome); s.wrong != "" {
		return
	}
	key := s.key(p.Input)
	at := s.slot(key)
	at.lane.take(p)
	s.ops++
	if !at.fresh {
		at.fresh, s.fresh = true, append(s.fresh, key)
	}
}

// key gives the number of the object that an input concerns, having joined all objects if it concerns several.
func (s *Stream[S, I, O]) key(in I) uint64 {
	if s.joint || s.base.model.Key == nil {
		return 0
	}
	key, whole := s.base.model.Key(in)
	if !whole {
		return key
	}
	if !s.join() {
		s.wrong = "an operation concerns several objects, and what they held apart was forgotten: see Stream.Joined"
	}
	return 0
}

// slot gives an object, which is made if nothing came yet.
func (s *Stream[S, I, O]) slot(key uint64) *slot[I, O] {
	at := s.lanes[key]
	if at == nil {
		at = &slot[I, O]{lane: s.open(key)}
		s.lanes[key] = at
	}
	return at
}

func (s *Stream[S, I, O]) object(key uint64) object {
	return object{key: key, alone: s.joint || s.base.model.Key == nil, joint: s.joint}
}

// open makes the lane of an object of which nothing came yet.
func (s *Stream[S, I, O]) open(key uint64) lane[I, O] {
	if s.base.model.Type == nil || s.joint || !s.base.prune.has(monitors) {
		return newSearched(s.base.afresh(), s.object(key))
	}
	return newMonitored(s.base, s.object(key))
}

// join makes one object of all, and gives false if too much was forgotten for that.
func (s *Stream[S, I, O]) join() bool {
	var all []piece[I, O]
	for _, at := range s.lanes {
		some, ok := at.lane.untold()
		if !ok {
			return false
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b piece[I, O]) int { return cmp.Compare(a.Place, b.Place) })
	s.joint, s.bytes = true, 0
	s.lanes, s.fresh = map[uint64]*slot[I, O]{}, []uint64{0}
	one := s.slot(0)
	one.fresh = true
	for _, p := range all {
		one.lane.take(p)
	}
	return true
}

// look has those objects forget what they can to which operations came. One that found the memory taken by others is looked
// at again when it can have all of it.
func (s *Stream[S, I, O]) look(ctx context.Context) {
	ahead, until := s.ahead(), s.order.Settled()
	keys := s.fresh
	s.ops, s.fresh = 0, nil
	slices.Sort(keys)
	look := func(key uint64, at *slot[I, O]) finding { return at.lane.look(ctx, until, ahead[key]) }
	for i, f := range s.each(keys, look) {
		at := s.lanes[keys[i]]
		if f.halt == outOfMemory && len(keys) > 1 {
			f = look(keys[i], at)
		}
		if f.halt == outOfMemory {
			at.lane.settle(f)
		}
		s.violated = s.violated || f.halt == exhausted
		s.bytes -= at.bytes
		at.fresh, at.bytes = false, at.lane.bytes()
		s.bytes += at.bytes
	}
	s.confine()
}

// confine gives up the largest objects if all of them together outgrow the memory.
func (s *Stream[S, I, O]) confine() {
	for s.bytes > s.base.memory {
		key := slices.MaxFunc(slices.Sorted(maps.Keys(s.lanes)), func(a, b uint64) int {
			return cmp.Compare(s.lanes[a].bytes, s.lanes[b].bytes)
		})
		at := s.lanes[key]
		if at.bytes == 0 {
			return
		}
		reason := fmt.Sprintf("what must be remembered outgrew the memory of %s", size(s.base.memory))
		if name := s.base.name(s.object(key)); name != "" {
			reason = name + ": " + reason
		}
		at.lane.settle(finding{halt: outOfMemory, reason: reason})
		s.bytes, at.bytes = s.bytes-at.bytes, 0
	}
}

// ahead gives what is not settled yet, by object.
func (s *Stream[S, I, O]) ahead() map[uint64][]piece[I, O] {
	all := s.order.Ahead()
	for i := range all {
		s.key(all[i].Input) // which may join the objects
	}
	by := map[uint64][]piece[I, O]{}
	for _, p := range all {
		if p.Outcome != history.Failed && s.wrong == "" {
			s.wrong = beyond(s.base.model, p.Outcome)
			key := s.key(p.Input)
			by[key] = append(by[key], p)
			s.slot(key)
		}
	}
	return by
}

// each asks objects, side by side.
func (s *Stream[S, I, O]) each(keys []uint64, ask func(key uint64, at *slot[I, O]) finding) []finding {
	findings := make([]finding, len(keys))
	share(len(keys), worthSharing, func(next func() int) {
		for i := next(); i < len(keys); i = next() {
			findings[i] = ask(keys[i], s.lanes[keys[i]])
		}
	})
	return findings
}

// Verdict decides what came so far, as [Check] would decide the history if it ended here: what is under way is of unknown
// outcome. More batches may follow. A violation stays one, whatever follows.
func (s *Stream[S, I, O]) Verdict(ctx context.Context) checkers.Verdict {
	var ahead map[uint64][]piece[I, O]
	if s.wrong == "" {
		s.look(ctx)
		ahead = s.ahead()
	}
	keys := slices.Sorted(maps.Keys(s.lanes))
	v := join(s.each(keys, func(key uint64, at *slot[I, O]) finding { return at.lane.decide(ctx, ahead[key]) }))
	s.violated = len(v.Anomalies) > 0
	if s.wrong != "" {
		v = checkers.Join(checkers.Reject(v.Anomalies...), checkers.Undecide("%s", s.wrong))
	}
	return v
}

// Bytes is about how much it remembers of its objects, besides what values point to.
func (s *Stream[S, I, O]) Bytes() int64 { return s.bytes }

// Evidence gives the operations that the anomalies of the last verdict name, by their places in the whole history.
func (s *Stream[S, I, O]) Evidence() map[int]history.Placed[I, O] {
	all := map[int]history.Placed[I, O]{}
	for _, at := range s.lanes {
		for _, p := range at.lane.proof() {
			all[p.Place] = p
		}
	}
	return all
}
