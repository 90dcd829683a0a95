package linear

import (
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// mostArrows is how many operations a proof may have to be drawn: more would be no picture.
const mostArrows = 8

// arrows says how the operations of a proof bear on each other, where they are those of a number that is read and written.
func (c *check[S, I, O]) arrows(o object, p *monitor.Part, core []int32) []checkers.Arrow {
	if len(core) > mostArrows {
		return nil
	}
	var all []checkers.Arrow
	for _, to := range core {
		value, looks := met(p.Ops[to].Act)
		if !looks {
			continue
		}
		from := source(p, core, to, value)
		if from == checkers.Earlier && !slices.ContainsFunc(core, func(i int32) bool { return i != to && finds(p.Ops[i].Act, value) }) {
			all = append(all, c.missed(o, p, core, to, value)...)
			continue
		}
		if from != checkers.Earlier {
			from = c.number(o.ops[from])
			all = append(all, c.missed(o, p, core, to, value)...)
		}
		all = append(all, checkers.Arrow{
			From: from, To: c.number(o.ops[to]), Relation: checkers.Reads, Text: fmt.Sprintf("read %d", value),
		})
	}
	return all
}

// met is the state that an act met, if it tells that.
func met(act monitor.Act) (value int64, looks bool) {
	switch act.Kind {
	case monitor.Read:
		return act.Value, true
	case monitor.CompareAndSet, monitor.FetchAdd:
		return act.Other, true
	}
	return 0, false
}

// finds says that an act met the state, and changed it.
func finds(act monitor.Act, value int64) bool {
	state, looks := met(act)
	return looks && act.Kind != monitor.Read && state == value
}

// left is the state that an act left, if that is known.
func left(act monitor.Act) (value int64, known bool) {
	switch act.Kind {
	case monitor.Write, monitor.CompareAndSet:
		return act.Value, true
	case monitor.FetchAdd:
		return act.Other + act.Value, true
	}
	return 0, false
}

// source gives which act of the proof left the value that one met, or [checkers.Earlier] if none is known to.
func source(p *monitor.Part, core []int32, to int32, value int64) int {
	for _, i := range core {
		if v, known := left(p.Ops[i].Act); known && v == value && i != to && p.Ops[i].Call <= p.Ops[to].Return {
			return int(i)
		}
	}
	return checkers.Earlier
}

// missed gives the acts of the proof that were over before one that met something else than they left.
func (c *check[S, I, O]) missed(o object, p *monitor.Part, core []int32, to int32, value int64) []checkers.Arrow {
	var all []checkers.Arrow
	for _, i := range core {
		v, known := left(p.Ops[i].Act)
		if known && v != value && i != to && p.Ops[i].Return != monitor.Never && p.Ops[i].Return < p.Ops[to].Call {
			all = append(all, checkers.Arrow{
				From: c.number(o.ops[i]), To: c.number(o.ops[to]), Relation: checkers.Misses, Text: fmt.Sprintf("%d was not seen", v),
			})
		}
	}
	return all
}
