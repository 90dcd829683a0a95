package monitor

import "slices"

// decideSweep runs a sweep and, if the history is illegal, finds the few operations that prove it.
func decideSweep(s *sums, witness bool) Result {
	for _, place := range s.sights {
		if s.beyond(s.seen(place)) {
			return s.phantom(place)
		}
	}
	w := newSweep(s, effortFor(len(s.ops)), witness)
	result, last := w.decide()
	if result.Status == Illegal {
		return newTrial(w, last).core()
	}
	return result
}

// smallCore is how many operations a core may have to be worth making it smaller one by one.
const smallCore = 64

// trial looks for a small core. The operation whose return no configuration outlived is always in it; the others are
// among those that returned before, mostly shortly before.
type trial struct {
	*sums
	last   int32
	before []int32 // certain operations that returned up to the last, in order of return
	effort int     // for all trials together
	room   []Op
}

func newTrial(w *sweep, last int32) *trial {
	all := w.returns()
	return &trial{
		sums: w.sums, last: last, before: all[:slices.Index(all, last)+1],
		effort: effortFor(8 * len(w.ops)),
	}
}

func (t *trial) core() Result {
	for size := 1; ; size *= 2 {
		few := t.before[max(len(t.before)-size, 0):]
		if t.proves(few) {
			return t.result(t.shrink(slices.Clone(few)))
		}
		if size >= len(t.before) || t.effort < 0 {
			return t.result(t.everything())
		}
	}
}

// proves says whether some operations have no order, even if all others are of unknown outcome. It may say no where a
// longer search would say yes.
func (t *trial) proves(core []int32) bool {
	bound := make(map[int32]bool, len(core))
	for _, place := range core {
		bound[place] = true
	}
	t.room = t.room[:0]
	for i := range t.ops {
		if t.ops[i].Call > t.ops[t.last].Return {
			break // can help nobody
		}
		op := t.ops[i]
		if !bound[int32(i)] {
			op.Return = Never
		}
		if op.Kind != Read || op.known() {
			t.room = append(t.room, op)
		}
	}
	t.effort -= len(t.room)
	s, _ := readSums(&Part{Ops: t.room, Start: t.sign * t.start}, true)
	w := newSweep(s, t.effort, false)
	result, _ := w.decide()
	t.effort = w.effort
	return result.Status == Illegal
}

// shrink leaves operations out one by one, the first to return first, as long as the rest proves the same.
func (t *trial) shrink(core []int32) []int32 {
	for i := 0; len(core) <= smallCore && i < len(core)-1; {
		if fewer := slices.Delete(slices.Clone(core), i, i+1); t.proves(fewer) {
			core = fewer
		} else {
			i++
		}
	}
	return core
}

// everything is a core that needs no trial: all certain operations that were called before the last returned. The sweep
// knew no others.
func (t *trial) everything() []int32 {
	var core []int32
	for _, place := range slices.Concat(t.sights, t.blind) {
		if t.ops[place].known() && t.ops[place].Call <= t.ops[t.last].Return {
			core = append(core, place)
		}
	}
	return core
}

func (t *trial) result(core []int32) Result {
	rule, sights := t.rule(core), 0
	for _, place := range core {
		if t.ops[place].Kind != Add {
			sights++
		}
	}
	if rule == RuleStaleRead && sights == 1 && t.ops[t.last].Kind == Read {
		rule = t.tooLow(t.last)
	}
	core = append(slices.DeleteFunc(core, func(place int32) bool { return place == t.last }), t.last)
	result := t.phantom(core...)
	result.Rule = rule
	return result
}

// rule names what happened, but for the difference between a stale read and a lost update that only one read shows.
func (t *trial) rule(core []int32) string {
	if len(core) == 1 {
		return RulePhantomRead
	}
	a, b := core[0], core[1]
	both := t.ops[a].Kind == FetchAdd && t.ops[b].Kind == FetchAdd
	if len(core) == 2 && both && t.seen(a) == t.seen(b) && t.step(a) != 0 && t.step(b) != 0 {
		return RuleLostUpdate
	}
	return RuleStaleRead
}
