package linear

import (
	"runtime"
	"slices"
	"unsafe"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

// translation puts the histories of objects into the monitors' words. Object by object the history would be read in
// strides that no cache follows, at several times the cost of the monitors themselves; so that as many objects as may be
// are translated in one pass over it.
type translation[S comparable, I, O any] struct {
	c       *check[S, I, O]
	objects []object
	owner   []int32 // for each operation of the history its object, or -1; nil where a pass would gain nothing
	before  []int   // for each object, and for the end, how many operations the objects before it have
}

const (
	// atOnce is how many operations are translated in any case before the first monitor runs, if the memory permits.
	atOnce = 1 << 20
	// passes is how many times the history is read at the most; more operations than [atOnce] may then be translated at once.
	passes = 32
)

func newTranslation[S comparable, I, O any](c *check[S, I, O], objects []object) *translation[S, I, O] {
	t := &translation[S, I, O]{c: c, objects: objects, before: make([]int, 1, len(objects)+1)}
	ordered := true
	for i := range objects {
		t.before = append(t.before, t.before[i]+len(objects[i].ops))
		ordered = ordered && slices.IsSorted(objects[i].ops) // unless the history was not in order of call
	}
	if len(objects) < 2 || !ordered {
		return t
	}
	t.owner = slices.Repeat([]int32{-1}, len(c.h.Ops))
	for n := range objects {
		for _, i := range objects[n].ops {
			t.owner[i] = int32(n)
		}
	}
	return t
}

// fitting gives the end of the range of objects from one on that are to be translated together.
func (t *translation[S, I, O]) fitting(from int) int {
	most := t.before[from] + max(atOnce, t.before[len(t.objects)]/passes)
	to := from + 1
	for to < len(t.objects) && t.before[to+1] <= most {
		to++
	}
	return to
}

// bytes is the memory that the translation of a range of objects takes.
func (t *translation[S, I, O]) bytes(from, to int) int64 {
	return int64(unsafe.Sizeof(monitor.Op{})) * int64(t.before[to]-t.before[from])
}

// parts translates a range of objects.
func (t *translation[S, I, O]) parts(from, to int) []monitor.Part {
	parts, ops := make([]monitor.Part, to-from), t.before[to]-t.before[from]
	shares := t.shares(from, to)
	share(len(shares)-1, ops, func(next func() int) {
		for n := next(); n < len(shares)-1; n = next() {
			t.fill(parts[shares[n]-from:shares[n+1]-from], shares[n])
		}
	})
	return parts
}

// shares cuts a range of objects into pieces of about as many operations, one for each processor: their ends.
func (t *translation[S, I, O]) shares(from, to int) []int {
	ends, pieces := []int{from}, runtime.GOMAXPROCS(0)
	for n := 1; n <= pieces; n++ {
		share := t.before[from] + (t.before[to]-t.before[from])*n/pieces
		at, _ := slices.BinarySearch(t.before[:to], share)
		if n == pieces {
			at = to
		}
		if at > ends[len(ends)-1] {
			ends = append(ends, at)
		}
	}
	return ends
}

// fill translates as many objects as there are parts, from the given one on.
func (t *translation[S, I, O]) fill(parts []monitor.Part, from int) {
	of := t.objects[from : from+len(parts)]
	room := make([]monitor.Op, t.before[from+len(parts)]-t.before[from])
	for i := range parts {
		p := &parts[i]
		p.Ops, room, p.Witness = room[:0:len(of[i].ops)], room[len(of[i].ops):], t.c.orders
		if t.c.model.Type.Start != nil {
			p.Start = t.c.model.Type.Start(of[i].key)
		}
	}
	if t.owner == nil || len(parts) == 1 {
		for i := range parts {
			for _, place := range of[i].ops {
				t.add(&parts[i], place)
			}
		}
		return
	}
	for place, owner := range t.owner {
		if n := int(owner) - from; n >= 0 && n < len(parts) {
			t.add(&parts[n], int32(place))
		}
	}
}

// add puts the operation at a place of the history at the end of a part.
func (t *translation[S, I, O]) add(p *monitor.Part, place int32) {
	p.Ops = append(p.Ops, t.c.model.Type.translate(&t.c.h.Ops[place], p))
}

// translate puts an operation into the monitors' words, and what it returned of a whole set into the part.
func (t *Type[I, O]) translate(op *history.Op[I, O], p *monitor.Part) monitor.Op {
	known := op.Outcome == history.OK
	to := monitor.Op{Act: t.Act(op.Input, op.Output, known), Call: int64(op.Call), Return: monitor.Never}
	if known {
		to.Return = min(int64(op.Return), monitor.Never-1) // at the end of time is not never
	}
	if known && to.Kind == monitor.ReadAll && t.Members != nil {
		to.Value, p.Members = int64(len(p.Members)), append(p.Members, t.Members(op.Output))
	}
	return to
}
