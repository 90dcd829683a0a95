package monitor

import (
	"cmp"
	"slices"
	"strconv"
)

// trade is the vocabulary of a container: what puts a value in, what takes one out, and what finds nothing to take.
type trade struct {
	put, take, empty Kind
	verb             string // for Result.Reason
}

// held is a value of a container: when it was put in and when it was taken out. Its times are tuned: a value is put in
// before it is taken out, so that putReturn is at most takeReturn, and takeCall at least putCall.
//
// A value that no take is known to have taken is called left. It has takeReturn Never, and takeCall Never too, unless a
// take of unknown outcome is supposed to have taken it.
type held struct {
	putCall, putReturn   int64
	takeCall, takeReturn int64
	put, take            int32 // places of the operations; -1 if none takes it
}

func (h *held) left() bool { return h.takeReturn == Never }

// sure says whether there is a time at which the value is inside for sure: those of the open interval from putReturn to
// takeCall, which the literature calls critical.
func (h *held) sure() bool { return h.putReturn < h.takeCall }

// store is the history of a container of unique values.
type store struct {
	ops    []Op
	values []held  // in order of putCall
	absent []int32 // places of the operations that found it empty, in order of call
	loose  []int32 // places of the takes of unknown outcome, in order of call
	order  []int32 // the values in order of putReturn
	left   []int32 // those of them that are left, in the same order
}

// newStore pairs puts and takes by value. Its status is not Unsuited if that is impossible or proves the history illegal.
//
// A put of unknown outcome whose value no known take took is dropped, which preserves legality both ways: it may not have
// happened; and from a legal order in which it did, it can be left out together with the take of unknown outcome that took
// it, if one did, because every other operation answers the same without a value that nobody sees.
func newStore(p *Part, t trade) (*store, *Result) {
	s := &store{ops: p.Ops}
	places, failure := s.puts(t)
	if failure == nil {
		failure = s.takes(t, places)
	}
	if failure != nil {
		return nil, failure
	}
	s.values = slices.DeleteFunc(s.values, func(h held) bool { return h.left() && !s.ops[h.put].known() })
	s.sort()
	return s, nil
}

// puts enters the values, and finds where each of them is.
func (s *store) puts(t trade) (*valueTable, *Result) {
	var values []int64
	count := 0
	for i := range s.ops {
		switch s.ops[i].Kind {
		case t.put:
			count++
		case t.take, t.empty:
		default:
			return nil, refuse("it has operations of another data type")
		}
	}
	values = make([]int64, 0, count)
	s.values = make([]held, 0, count)
	for i := range s.ops {
		if op := &s.ops[i]; op.Kind == t.put {
			values = append(values, op.Value)
			s.values = append(s.values, held{op.Call, op.Return, Never, Never, int32(i), -1})
		}
	}
	places, twice := placesOf(values)
	if twice >= 0 {
		return nil, refuse("value " + strconv.FormatInt(values[twice], 10) + " was " + t.verb + " twice")
	}
	return places, nil
}

func refuse(reason string) *Result {
	r := unsuited(reason)
	return &r
}

// takes tells the values who took them.
func (s *store) takes(t trade, places *valueTable) *Result {
	for i := range s.ops {
		op, place := &s.ops[i], int32(i)
		switch {
		case op.Kind == t.take && !op.known():
			s.loose = append(s.loose, place)
		case op.Kind == t.empty && op.known():
			s.absent = append(s.absent, place)
		case op.Kind == t.take:
			k := places.find(op.Value)
			if k < 0 {
				return provenIllegal(RulePhantomRead, nil, place)
			}
			if failure := s.taken(&s.values[k], op, place); failure != nil {
				return failure
			}
		}
	}
	return nil
}

func (s *store) taken(h *held, op *Op, place int32) *Result {
	switch {
	case op.Return < h.putCall:
		return provenIllegal(RuleFutureRead, nil, place, h.put)
	case h.take >= 0:
		return provenIllegal(RuleDuplicateDelivery, nil, place, h.put, h.take)
	}
	h.take, h.takeCall, h.takeReturn = place, max(op.Call, h.putCall), op.Return
	h.putReturn = min(h.putReturn, h.takeReturn)
	return nil
}

// moment is a time that belongs to something.
type moment struct {
	time int64
	of   int32
}

// sortMoments sorts by time.
func sortMoments(all []moment) {
	slices.SortFunc(all, func(a, b moment) int { return cmp.Compare(a.time, b.time) })
}

func (s *store) sort() {
	byReturn := make([]moment, len(s.values))
	for i := range s.values {
		byReturn[i] = moment{s.values[i].putReturn, int32(i)}
	}
	sortMoments(byReturn)
	s.order = make([]int32, len(s.values))
	for i := range byReturn {
		s.order[i] = byReturn[i].of
		if s.values[byReturn[i].of].left() {
			s.left = append(s.left, byReturn[i].of)
		}
	}
}

// suppose lets a take of unknown outcome, or none if it is -1, take a value that is left.
func (s *store) suppose(value, take int32) {
	h := &s.values[value]
	h.take, h.takeCall = take, Never
	if take >= 0 {
		h.takeCall = max(s.ops[take].Call, h.putCall)
	}
}

// supposeInTurn lets the i-th take of unknown outcome, by call, take the i-th value that is left, by return of its put.
func (s *store) supposeInTurn() {
	for i, value := range s.left {
		if i < len(s.loose) {
			s.suppose(value, s.loose[i])
		} else {
			s.suppose(value, -1)
		}
	}
}

// supposeNone lets no take of unknown outcome take anything.
func (s *store) supposeNone() {
	for _, value := range s.left {
		s.suppose(value, -1)
	}
}

// looseUntil counts the takes of unknown outcome that were called at a time or before.
func (s *store) looseUntil(time int64) int {
	n, _ := slices.BinarySearchFunc(s.loose, time, func(place int32, time int64) int {
		if s.ops[place].Call <= time {
			return -1
		}
		return 1
	})
	return n
}

// guilty gives the operations which prove that at a time before until, when the put of a value had returned, either that
// value was inside or another. For a value that is left it takes as many others besides as there were takes of unknown
// outcome to take them, all of which were put in no later: a time that this value covers if takes went in turn.
func (s *store) guilty(value int32, until int64) []int32 {
	h := &s.values[value]
	if !h.left() {
		return []int32{h.put, h.take}
	}
	var places []int32
	last := slices.Index(s.left, value)
	for _, other := range s.left[last-s.looseUntil(until) : last+1] {
		places = append(places, s.values[other].put)
	}
	return places
}

// provenIllegal makes a verdict out of places in any order.
func provenIllegal(rule string, support []int32, core ...int32) *Result {
	slices.Sort(core)
	return &Result{Status: Illegal, Rule: rule, Core: slices.Compact(core), Support: support}
}
