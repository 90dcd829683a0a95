package linear

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// actState is the state of an object of one of the well-known data types: a number, or what a container holds, eight bytes
// each, in the order in which it comes out, or in ascending order.
type actState struct {
	number int64 // of a register or counter; 1 for a lock that is held
	passed bool  // a register's number can not be seen any more
	inside string
}

// actModel is the sequential specification of the well-known data types, in the vocabulary of package monitor. A stream
// that has forgotten the operations themselves searches by it.
func actModel(p *monitor.Part) Model[actState, monitor.Act, struct{}] {
	a := acts{p}
	start := actState{number: p.Start, passed: p.Passed}
	if p.Passed {
		start.number = 0
	}
	return Model[actState, monitor.Act, struct{}]{
		Init:   func(uint64) actState { return start },
		Step:   func(state actState, act monitor.Act, _ struct{}) (actState, bool) { return a.step(state, act) },
		Effect: a.effect,
		Pure:   func(act monitor.Act, _ struct{}) bool { return pureAct(act) },
		State:  sayActState,
	}
}

type acts struct{ part *monitor.Part }

// step gives the state after an act that answered what it says.
func (a acts) step(s actState, act monitor.Act) (actState, bool) {
	switch act.Kind {
	case monitor.Read, monitor.CompareAndSet, monitor.FetchAdd, monitor.Write, monitor.Add:
		return numberStep(s, act)
	case monitor.Enqueue, monitor.Push, monitor.Put, monitor.Include:
		return a.effect(s, act)
	case monitor.Dequeue, monitor.Pop, monitor.Poll:
		next, taken, some := takeOut(s, act.Kind)
		return next, some && taken == encoded(act.Value)
	case monitor.DequeueEmpty, monitor.PopEmpty, monitor.PollEmpty:
		return s, s.inside == ""
	case monitor.Insert, monitor.Remove, monitor.Contains:
		_, there := placeIn(s.inside, act.Value)
		if there == (act.Kind == monitor.Insert) == (act.Other == 1) {
			return s, false
		}
		return a.effect(s, act)
	case monitor.ReadAll:
		return s, s.inside == encodedSet(a.part.Members[act.Value])
	case monitor.Mismatch:
		return s, s.passed || s.number != act.Other
	case monitor.Impossible:
		return s, false
	default:
		return a.effect(s, act)
	}
}

func numberStep(s actState, act monitor.Act) (actState, bool) {
	switch act.Kind {
	case monitor.Read:
		return s, !s.passed && s.number == act.Value
	case monitor.CompareAndSet:
		return actState{number: act.Value}, !s.passed && s.number == act.Other
	case monitor.FetchAdd:
		return actState{number: s.number + act.Value}, s.number == act.Other
	case monitor.Write:
		return actState{number: act.Value}, true
	default:
		return actState{number: s.number + act.Value}, true
	}
}

// effect gives the state after an act whatever it answered, or false where it can't take effect.
func (a acts) effect(s actState, act monitor.Act) (actState, bool) {
	switch act.Kind {
	case monitor.CompareAndSet:
		if next, ok := numberStep(s, act); ok {
			return next, true
		}
	case monitor.Write:
		return actState{number: act.Value}, true
	case monitor.FetchAdd, monitor.Add:
		return actState{number: s.number + act.Value}, true
	case monitor.Enqueue, monitor.Push:
		return actState{inside: s.inside + encoded(act.Value)}, true
	case monitor.Put:
		at, _ := placeIn(s.inside, act.Value)
		return insertAt(s, at, act.Value), true
	case monitor.Insert, monitor.Include:
		if at, there := placeIn(s.inside, act.Value); !there {
			return insertAt(s, at, act.Value), true
		}
	case monitor.Remove:
		if at, there := placeIn(s.inside, act.Value); there {
			return actState{inside: s.inside[:at] + s.inside[at+wide:]}, true
		}
	case monitor.Dequeue, monitor.Pop, monitor.Poll:
		next, _, _ := takeOut(s, act.Kind)
		return next, true
	case monitor.Acquire:
		return actState{number: 1}, s.number == 0
	case monitor.Release:
		return actState{}, s.number == 1
	case monitor.Other, monitor.Impossible:
		return s, false
	}
	return s, true
}

// pureAct says that an act never changes the state.
func pureAct(act monitor.Act) bool {
	switch act.Kind {
	case monitor.Read, monitor.DequeueEmpty, monitor.PopEmpty, monitor.PollEmpty, monitor.Contains, monitor.ReadAll,
		monitor.Mismatch:
		return true
	case monitor.Insert, monitor.Remove:
		return act.Other == 0
	}
	return false
}

// wide is how many bytes of a state a value takes.
const wide = 8

// encoded is a value in bytes that are in the order of the values.
func encoded(value int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(value)^1<<63))
}

func encodedSet(values []int64) string {
	var all []byte
	for _, v := range slices.Sorted(slices.Values(values)) {
		all = append(all, encoded(v)...)
	}
	return string(all)
}

// placeIn finds a value in ascending order, or where it belongs.
func placeIn(inside string, value int64) (at int, there bool) {
	want := encoded(value)
	for at < len(inside) && inside[at:at+wide] < want {
		at += wide
	}
	return at, at < len(inside) && inside[at:at+wide] == want
}

func insertAt(s actState, at int, value int64) actState {
	return actState{inside: s.inside[:at] + encoded(value) + s.inside[at:]}
}

// takeOut takes a container's next value, or leaves it empty.
func takeOut(s actState, kind monitor.Kind) (next actState, taken string, some bool) {
	n := len(s.inside)
	switch {
	case n == 0:
		return s, "", false
	case kind == monitor.Pop:
		return actState{inside: s.inside[:n-wide]}, s.inside[n-wide:], true
	}
	return actState{inside: s.inside[wide:]}, s.inside[:wide], true
}

func sayActState(s actState) string {
	var values []int64
	for at := 0; at < len(s.inside); at += wide {
		values = append(values, int64(binary.BigEndian.Uint64([]byte(s.inside[at:]))^1<<63))
	}
	if s.inside != "" {
		return fmt.Sprint(values)
	}
	return fmt.Sprint(s.number)
}
