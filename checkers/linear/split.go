package linear

import (
	"cmp"
	"slices"

	"github.com/lostupdate/stress/history"
)

// object is what is checked apart: the places of its operations in the history, in order of call, without those that
// failed.
type object struct {
	key   uint64
	alone bool // the history concerns nothing else
	joint bool // it is several objects that an input joins into one
	ops   []int32
}

// split gives the objects of a history, the one with the fewest operations first. The places are those of all operations
// in order of call; they are used up.
func split[I, O any](key func(in I) (uint64, bool), h *history.History[I, O], places []int32) []object {
	ops := slices.DeleteFunc(places, func(i int32) bool { return h.Ops[i].Outcome == history.Failed })
	if len(ops) == 0 {
		return nil
	}
	if key == nil {
		return []object{{alone: true, ops: ops}}
	}
	number, of, sizes, whole := map[uint64]int32{}, make([]int32, len(ops)), []int{}, false
	for n, i := range ops {
		k, w := key(h.Ops[i].Input)
		if w {
			whole = true
			break
		}
		id, ok := number[k]
		if !ok {
			id = int32(len(sizes))
			number[k], sizes = id, append(sizes, 0)
		}
		of[n] = id
		sizes[id]++
	}
	if whole {
		return []object{{alone: true, joint: true, ops: ops}}
	}
	return deal(ops, of, sizes, number)
}

// deal puts the operations into the objects that they are of.
func deal(ops, of []int32, sizes []int, number map[uint64]int32) []object {
	objects := make([]object, len(sizes))
	room := make([]int32, len(ops))
	for k, id := range number {
		objects[id].key = k
	}
	for id, n := range sizes {
		objects[id].ops, room = room[:0:n], room[n:]
	}
	for n, i := range ops {
		o := &objects[of[n]]
		o.ops = append(o.ops, i)
	}
	slices.SortFunc(objects, func(a, b object) int {
		return cmp.Or(cmp.Compare(len(a.ops), len(b.ops)), cmp.Compare(a.key, b.key))
	})
	return objects
}

// byCall gives the places of all operations in order of call. Histories are, so that this only looks; but one made by
// hand need not be.
func byCall[I, O any](h *history.History[I, O]) []int32 {
	places, sorted := make([]int32, len(h.Ops)), true
	for i := range h.Ops {
		places[i] = int32(i)
		sorted = sorted && (i == 0 || h.Ops[i-1].Call <= h.Ops[i].Call)
	}
	if !sorted {
		slices.SortStableFunc(places, func(i, j int32) int {
			a, b := &h.Ops[i], &h.Ops[j]
			return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.Return, b.Return))
		})
	}
	return places
}
