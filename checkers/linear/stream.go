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
// rest now and then; else they are bounded by memory.
//
// A Stream is for one goroutine at a time.
type Stream[S comparable, I, O any] struct {
	options
	model  Model[S, I, O]
	budget *budget
	joint  bool

	order  *history.Sequence[I, O]
	lanes  map[uint64]lane[I, O]
	forgot bool // a lane was given leave to forget
	fresh  int  // operations that came to lanes since they were last looked at
	worth  int  // how many of them there must be to look again
	wrong  string

	violated bool // there is an object of which that is known
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

	// drop forgets everything. From then on the object is undecided, for a reason.
	drop(reason string)
}

// NewStream makes a stream. Proofs and memory are set as for [Check]; a stream gives no orders, so that [WithOrders] has it
// be Undecided, with the reason.
func NewStream[S comparable, I, O any](m Model[S, I, O], opts ...Option) *Stream[S, I, O] {
	c := newCheck(m, nil, defaults().with(opts))
	s := &Stream[S, I, O]{
		options: c.options, model: c.model, budget: c.budget, order: history.NewSequence[I, O](), lanes: map[uint64]lane[I, O]{},
		worth: worthLooking,
	}
	if s.orders {
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
	if s.fresh >= s.worth && s.wrong == "" {
		s.look(ctx)
	}
	return s.violated
}

// deal gives an operation to the object that it is of.
func (s *Stream[S, I, O]) deal(p piece[I, O]) {
	if p.Outcome == history.Failed || s.wrong != "" {
		return
	}
	if s.wrong = beyond(s.model, p.Outcome); s.wrong != "" {
		return
	}
	key := s.key(p.Input)
	l := s.lanes[key]
	if l == nil {
		l = s.open(key)
		s.lanes[key] = l
	}
	l.take(p)
	s.fresh++
}

// key gives the number of the object that an input concerns, having joined all objects if it concerns several.
func (s *Stream[S, I, O]) key(in I) uint64 {
	if s.joint || s.model.Key == nil {
		return 0
	}
	key, whole := s.model.Key(in)
	if !whole {
		return key
	}
	if s.wrong = s.join(); s.wrong != "" {
		s.wrong = "an operation concerns several objects, and what they held apart was forgotten: see Stream.Joined"
	}
	return 0
}

// open makes the lane of an object of which nothing came yet.
func (s *Stream[S, I, O]) open(key uint64) lane[I, O] {
	o := object{key: key, alone: s.joint || s.model.Key == nil, joint: s.joint}
	plain := newSearched(newCheck(s.model, &history.History[I, O]{}, s.options).within(s.budget), o)
	if s.model.Type == nil || s.joint || !s.prune.has(monitors) {
		return plain
	}
	return newMonitored(plain)
}

// join makes one object of all, and gives false if too much was forgotten for that.
func (s *Stream[S, I, O]) join() string {
	var all []piece[I, O]
	for _, l := range s.lanes {
		some, ok := l.untold()
		if !ok {
			return "too late"
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b piece[I, O]) int { return cmp.Compare(a.Place, b.Place) })
	s.joint = true
	one := s.open(0)
	for _, p := range all {
		one.take(p)
	}
	s.lanes = map[uint64]lane[I, O]{0: one}
	return ""
}

// look has every object forget what it can.
func (s *Stream[S, I, O]) look(ctx context.Context) {
	s.fresh, s.forgot = 0, true
	ahead, until := s.ahead(), s.order.Settled()
	s.violated = illegal(s.each(func(key uint64, l lane[I, O]) finding { return l.look(ctx, until, ahead[key]) }))
	s.confine()
}

// confine gives up the largest objects if all of them together outgrow the memory.
func (s *Stream[S, I, O]) confine() {
	total := int64(0)
	for _, l := range s.lanes {
		total += l.bytes()
	}
	for total > s.memory {
		key := slices.MaxFunc(slices.Sorted(maps.Keys(s.lanes)), func(a, b uint64) int {
			return cmp.Compare(s.lanes[a].bytes(), s.lanes[b].bytes())
		})
		l := s.lanes[key]
		total -= l.bytes()
		l.drop(fmt.Sprintf("what must be remembered of it outgrew the memory of %s", size(s.memory)))
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
			s.wrong = beyond(s.model, p.Outcome)
			key := s.key(p.Input)
			by[key] = append(by[key], p)
			if s.lanes[key] == nil {
				s.lanes[key] = s.open(key)
			}
		}
	}
	return by
}

// each asks all objects, side by side, in order of their keys.
func (s *Stream[S, I, O]) each(ask func(key uint64, l lane[I, O]) finding) []finding {
	keys := slices.Sorted(maps.Keys(s.lanes))
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
	var findings []finding
	if s.wrong == "" {
		s.look(ctx)
		ahead := s.ahead()
		findings = s.each(func(key uint64, l lane[I, O]) finding { return l.decide(ctx, ahead[key]) })
	} else {
		findings = s.each(func(_ uint64, l lane[I, O]) finding { return l.decide(ctx, nil) })
	}
	v := join(findings)
	if s.wrong != "" {
		v = checkers.Join(violations(v), checkers.Undecide("%s", s.wrong))
	}
	return v
}

// Evidence gives the operations that the anomalies of the last verdict name, by their places in the whole history.
func (s *Stream[S, I, O]) Evidence() map[int]history.Op[I, O] {
	all := map[int]history.Op[I, O]{}
	for _, l := range s.lanes {
		for _, p := range l.proof() {
			all[p.Place] = p.Op
		}
	}
	return all
}

// violations leaves only them.
func violations(v checkers.Verdict) checkers.Verdict { return checkers.Reject(v.Anomalies...) }
