package linear

import (
	"context"
	"math"
	"slices"

	"github.com/lostupdate/stress/history"
)

// halt says why a search ended.
type halt uint8

const (
	exhausted   halt = iota // nothing more can be tried
	found                   // the goal was reached
	outOfMemory             // the budget is used up
	outOfTime               // the context is done
	outOfEffort             // the bound on steps is used up
)

// fuel is how many steps of the model are made between two looks at the context: few enough for slow models.
const fuel = 1 << 12

// search goes through the configurations of a part depth first, the operation that returns first before others.
type search[S comparable, I, O any] struct {
	ctx   context.Context
	part  *part
	ops   []history.Op[I, O]
	model *Model[S, I, O]
	prune pruning
	wide  bool

	patience int

	cur    cursor
	done   sets // holds config.done
	used   sets // holds config.used
	states states[S]
	seen   table
	stack  []frame
	turns  turns
	looks  bool // there are pure operations by which to choose what to try first
	choice []candidate[S]
	mids   []middle[S]
	afters afters
	midsOf frame // the configuration that mids are of
	many   []S   // what a model with several states last gave

	tracing bool
	trace   []int32 // if tracing, places of the operations in the order that led to the configuration at hand

	sight   uint32       // of what must come it looks ahead to what is of a lower rank
	killed  int32        // the highest rank that a look-ahead saw to be lost, or -1
	goal    uint32       // the layer at which a configuration has arrived
	arrived func(config) // collects those that have, for a search that goes on; nil: the first ends it

	steps    int64 // steps of the model
	effort   int64 // how many are allowed
	fuel     int
	budget   *budget
	reserved int64
	halted   halt

	deepest deepest[S]
	far     farthest // if tracing
	begins  begins[S]
}

// frame is a configuration on the path whose alternatives have not all been tried.
type frame struct {
	config
	via   uint32 // the state before the loose operation by which it was reached; nowhere if there was none
	first int32  // the open operation to try first, by place; -1: none in particular; unsettled: not chosen yet
	at    way    // the next alternative
	depth int32  // how much of search.trace led here
}

// unsettled says of a frame that nothing was tried yet.
const unsettled = -2

// What there is room for at first.
const (
	startTable = 64 // configurations
	startOpen  = 16 // operations open at once
)

// begins is where a search keeps the first of what it has, so that a small one needs no more memory.
type begins[S comparable] struct {
	open   [startOpen]int32
	stack  [startOpen]frame
	states [fewStates]S
	deep   [maxStates]S
	choice [startOpen]candidate[S]
	mids   [startOpen]middle[S]
	table  [startTable]config
}

// init makes a search that must be turned to a part.
func (s *search[S, I, O]) init(ctx context.Context, c *check[S, I, O]) {
	s.ctx, s.ops, s.model, s.prune, s.wide, s.patience, s.budget = ctx, c.h.Ops, &c.model, c.prune, c.wide, c.patience, c.budget
	b := &s.begins
	s.states, s.states.of = newStates[S](), b.states[:0]
	s.cur.open, s.stack, s.deepest.states = b.open[:0], b.stack[:0], b.deep[:0]
	s.choice, s.mids = b.choice[:0], b.mids[:0]
	s.seen = table{places: b.table[:], used: &s.used, dominate: c.prune.has(dominance)}
}

// turn makes the search one for an order of a whole part, in the same memory; add starts before run.
func (s *search[S, I, O]) turn(p *part) {
	s.part, s.looks = p, slices.Contains(p.pure, true)
	s.cur.begin(p)
	s.done, s.used = newSets(p.slots, s.wide), newSets(len(p.loose), s.wide)
	s.states.empty()
	if len(s.seen.places) < smallTable {
		s.seen.shorten(len(p.place))
		s.seen.empty()
	} else {
		s.seen = newTable(startTable, &s.used, s.seen.dominate)
	}
	s.stack, s.turns, s.midsOf.layer = s.stack[:0], turns{until: s.patience}, nowhere
	s.afters.on = s.used.words == 1 && len(p.loose) > 1
	s.afters.empty()
	s.goal, s.arrived, s.halted = uint32(len(p.place)), nil, exhausted
	s.tracing, s.trace = false, s.trace[:0]
	s.far = farthest{kept: s.far.kept[:0]}
	s.sight, s.killed = s.goal, -1
	s.steps, s.effort, s.fuel = 0, math.MaxInt64, fuel
	s.deepest = deepest[S]{states: s.deepest.states[:0]}
}

// start begins the search at a state before all operations.
func (s *search[S, I, O]) start(state S) { s.enter(config{state: s.states.id(state)}) }

// begin begins the search at several ways in which everything before may have gone.
func (s *search[S, I, O]) begin(roots []root[S]) {
	for _, r := range roots {
		if s.halted != exhausted {
			return // one has arrived, or there is no room for more
		}
		c := config{state: s.states.id(r.state)}
		for _, place := range r.taken {
			s.take(&c, place)
		}
		s.enter(c)
	}
}

// take puts an operation of the part into a configuration at its beginning.
func (s *search[S, I, O]) take(c *config, place int32) {
	if x := slices.Index(s.part.loose, place); x >= 0 {
		c.used = s.used.flip(c.used, int32(x))
		return
	}
	if rank := slices.Index(s.part.place, place); rank >= 0 {
		c.done = s.done.flip(c.done, s.part.slot[rank])
	}
}

// enter begins the search at one configuration more.
func (s *search[S, I, O]) enter(c config) {
	s.retrace(0)
	s.visit(s.arrival(c))
	s.keepRoom()
}

// keepRoom makes sure that one more configuration can be visited, or ends the search.
func (s *search[S, I, O]) keepRoom() {
	if s.halted == exhausted && s.seen.full() && !s.makeRoom() {
		s.halted = outOfMemory
	}
}

// run searches until it has an answer or runs out. It gives back the memory it reserved.
func (s *search[S, I, O]) run() halt {
	if !s.reserve(0) {
		s.halted = outOfMemory
	}
	for len(s.stack) > 0 && s.halted == exhausted {
		s.refuel(1)
		s.keepRoom()
		s.alternate()
		if s.halted == exhausted {
			s.step()
		}
	}
	s.budget.give(s.reserved)
	s.reserved = 0
	return s.halted
}

// visit enters a configuration, unless that is known to be vain.
func (s *search[S, I, O]) visit(f frame) {
	s.turns.visits++
	if f.via == nowhere && s.settle(&f.config) || !s.seen.add(f.config) {
		return
	}
	s.deepest.note(f.layer, s.states.of[f.state])
	if s.tracing {
		s.reach(f.layer, f.done)
	}
	if s.dead(&f.config) {
		return
	}
	f.depth = int32(len(s.trace))
	s.push(f)
}

// settle moves a configuration past the returns of operations that are in the order, and takes pure operations that
// are legal. It says whether the configuration has arrived.
func (s *search[S, I, O]) settle(c *config) bool {
	for {
		for c.layer < s.goal && s.done.has(c.done, s.part.slot[c.layer]) {
			c.done = s.done.flip(c.done, s.part.slot[c.layer])
			c.layer++
		}
		if c.layer >= s.goal {
			s.arrive(*c)
			return true
		}
		if !s.looks || !s.takePure(c) {
			return false
		}
	}
}

func (s *search[S, I, O]) arrive(c config) {
	if s.arrived != nil {
		s.arrived(c)
		return
	}
	s.halted = found
}

// takePure takes every pure operation that is open and legal, and says whether there was one.
func (s *search[S, I, O]) takePure(c *config) (some bool) {
	s.cur.seek(c.layer)
	state := s.states.of[c.state]
	for _, rank := range s.cur.open {
		if !s.part.pure[rank] || s.done.has(c.done, s.part.slot[rank]) {
			continue
		}
		if _, ok := s.bound(state, rank, 0); ok {
			c.done, some = s.done.flip(c.done, s.part.slot[rank]), true
			if s.tracing {
				s.trace = append(s.trace, s.part.place[rank])
			}
		}
	}
	return some
}

// bound gives the state after a bound operation: the nth of them, from 0, where the model gives several.
func (s *search[S, I, O]) bound(state S, rank, nth int32) (S, bool) {
	return s.allowed(state, &s.ops[s.part.place[rank]], nth)
}

// looseStep gives the nth state after a loose operation. One that was let loose keeps its output if that is known.
func (s *search[S, I, O]) looseStep(state S, x, nth int32) (to S, ok bool) {
	op := &s.ops[s.part.loose[x]]
	if op.Outcome == history.OK {
		return s.allowed(state, op, nth)
	}
	switch {
	case s.model.Effects != nil:
		s.steps++
		s.many = s.model.Effects(state, op.Input, s.many[:0])
		return s.ofMany(nth)
	case nth > 0:
		return to, false
	}
	s.steps++
	return s.model.Effect(state, op.Input)
}

func (s *search[S, I, O]) allowed(state S, op *history.Op[I, O], nth int32) (to S, ok bool) {
	switch {
	case s.model.Steps != nil:
		s.steps++
		s.many = s.model.Steps(state, op.Input, op.Output, s.many[:0])
		return s.ofMany(nth)
	case nth > 0:
		return to, false
	}
	s.steps++
	return s.model.Step(state, op.Input, op.Output)
}

func (s *search[S, I, O]) ofMany(nth int32) (to S, ok bool) {
	if int(nth) >= len(s.many) {
		return to, false
	}
	return s.many[nth], true
}

// refuel counts work and looks now and then whether the search must end.
func (s *search[S, I, O]) refuel(work int) {
	if s.fuel -= work; s.fuel > 0 {
		return
	}
	s.fuel = fuel
	switch {
	case s.halted != exhausted:
	case s.ctx.Err() != nil:
		s.halted = outOfTime
	case s.steps > s.effort:
		s.halted = outOfEffort
	case !s.reserve(0):
		s.halted = outOfMemory
	}
}
