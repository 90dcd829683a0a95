package monitor

import "slices"

// smallCore is how many operations a core may have to be worth making it smaller one by one.
const smallCore = 64

// trial looks for a small core among suspects, of which the last are the likeliest.
type trial struct {
	*sums
	suspects []int32 // certain operations that prove the history illegal together
	end      int64   // the last return of a suspect: what is called later can help nobody
	effort   int     // for all trials together
	room     []Op
}

func newTrial(s *sums, suspects []int32) *trial {
	t := &trial{sums: s, suspects: suspects, effort: effortFor(2 * len(s.ops))}
	for _, place := range suspects {
		t.end = max(t.end, s.ops[place].Return)
	}
	return t
}

func (t *trial) core() Result {
	for size := 1; size < len(t.suspects) && t.effort > 0; size *= 2 {
		if few := t.suspects[len(t.suspects)-size:]; t.proves(few) {
			return t.result(t.shrink(few))
		}
	}
	return t.result(t.shrink(t.suspects))
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
		op := t.ops[i]
		if op.Call > t.end {
			break
		}
		if !bound[int32(i)] {
			op.Return = Never
		}
		if op.Kind != Read || op.known() {
			t.room = append(t.room, op)
		}
	}
	t.effort -= len(t.room)
	s, reason := readSums(&Part{Ops: t.room, Start: t.sign * t.start}, true)
	if reason != "" {
		return false
	}
	v := s.decide(t.effort, false)
	t.effort = v.effort
	return v.Status == Illegal
}

// shrink leaves operations out one by one, the likeliest last, as long as the rest proves the same.
func (t *trial) shrink(core []int32) []int32 {
	core = slices.Clone(core)
	for i := 0; i < len(core) && len(core) > 1 && len(core) <= smallCore && t.effort > 0; {
		if fewer := slices.Delete(slices.Clone(core), i, i+1); t.proves(fewer) {
			core = fewer
		} else {
			i++
		}
	}
	return core
}

func (t *trial) result(core []int32) Result {
	result := t.phantom(core...)
	result.Rule = t.rule(core)
	return result
}

// rule names what happened.
func (t *trial) rule(core []int32) string {
	if len(core) == 1 {
		return RulePhantomRead
	}
	var sights []int32
	for _, place := range core {
		if t.ops[place].Kind != Add {
			sights = append(sights, place)
		}
	}
	switch {
	case len(sights) == 1:
		return t.tooLow(sights[0])
	case len(core) == 2 && len(sights) == 2 && t.bothChange(core[0], core[1]):
		return RuleLostUpdate
	}
	return RuleStaleRead
}

// bothChange says whether two operations changed the same state.
func (t *trial) bothChange(a, b int32) bool {
	return t.seen(a) == t.seen(b) && t.step(a) != 0 && t.step(b) != 0
}
