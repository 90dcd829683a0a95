package monitor

import (
	"cmp"
	"slices"
)

// couples tells which puts and takes of a part of a container's history belong together, whatever comes.
//
// Of the takes that are finished none took what comes. Where the k-th of those of a value to return did so before all puts
// of that value but the first k were called, for each k so far, each of them took the first that was left. That is so for
// each value that was put in once. Where it does not go on like that, it is open who took which.
type couples struct {
	*Part
	with   []int32 // by place, of a put the place of the finished take that took its value, and the reverse; or noPlace
	absent []int32 // places of the finished operations that found it empty, in order of call
	loose  []int32 // places of the takes of unknown outcome, in order of call

	// settled is a time before which nothing happened that is not known from the part, but for takes of unknown outcome:
	// no other operation that took something or found nothing, and was not finished, was called before, and no operation
	// on a value of which it is open who took it.
	settled int64
}

func coupled(p *Part, until int64, t trade) *couples {
	c := &couples{Part: p, with: slices.Repeat([]int32{noPlace}, len(p.Ops)), settled: until}
	var puts, takes []int32
	for i := range p.Ops {
		op, place := &p.Ops[i], int32(i)
		switch {
		case op.Kind == t.put:
			puts = append(puts, place)
		case op.Kind == t.take && !op.known():
			c.loose = append(c.loose, place)
		case !op.known():
		case op.underWay(until):
			c.settled = min(c.settled, op.Call)
		case op.Kind == t.take:
			takes = append(takes, place)
		default:
			c.absent = append(c.absent, place)
		}
	}
	c.couple(puts, takes)
	return c
}

// couple goes through the values, given the puts in order of call and the takes.
func (c *couples) couple(puts, takes []int32) {
	slices.SortStableFunc(puts, func(a, b int32) int { return cmp.Compare(c.Ops[a].Value, c.Ops[b].Value) })
	slices.SortFunc(takes, func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.Ops[a].Value, c.Ops[b].Value), cmp.Compare(c.Ops[a].Return, c.Ops[b].Return))
	})
	for len(takes) > 0 {
		value := c.Ops[takes[0]].Value
		for len(puts) > 0 && c.Ops[puts[0]].Value < value {
			puts = puts[1:]
		}
		n, m := c.run(puts, value), c.run(takes, value)
		c.coupleOne(puts[:n], takes[:m])
		puts, takes = puts[n:], takes[m:]
	}
}

// run says how many operations there are on a value, at first.
func (c *couples) run(places []int32, value int64) int {
	n := 0
	for n < len(places) && c.Ops[places[n]].Value == value {
		n++
	}
	return n
}

func (c *couples) coupleOne(puts, takes []int32) {
	for len(takes) > 0 {
		done := c.Ops[takes[0]].Return
		if len(puts) == 0 || c.Ops[puts[0]].Call > done || len(puts) > 1 && c.Ops[puts[1]].Call <= done {
			break
		}
		c.with[puts[0]], c.with[takes[0]] = takes[0], puts[0]
		puts, takes = puts[1:], takes[1:]
	}
	if len(takes) == 0 {
		return
	}
	for _, place := range slices.Concat(puts, takes) {
		c.settled = min(c.settled, c.Ops[place].Call)
	}
}

// without gives what is left without those that are gone. Those that are late cannot have taken effect before a time, and
// are not called before it, so that nothing need keep them from that.
func (c *couples) without(gone []bool, late []moment) (rest *Part, from []int32) {
	k := newKept(c.Part)
	for _, m := range late {
		if op := c.Ops[m.of]; !gone[m.of] && op.Call < m.time {
			op.Call = m.time
			k.stand(op, m.of)
			gone[m.of] = true
		}
	}
	for i := range c.Ops {
		if !gone[i] {
			k.keep(int32(i))
		}
	}
	return k.rest()
}
