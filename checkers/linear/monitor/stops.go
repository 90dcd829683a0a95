package monitor

import "slices"

// explore finds all configurations that a configuration can come to by taking an operation that returns, the last.
func (w *sweep) explore(from *config, place int32) {
	stack := []*config{from}
	if !w.here.add(w.pool, from) {
		return
	}
	for len(stack) > 0 && w.effort >= 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !w.sees(place) {
			to := c.clone()
			w.takeOpen(to, w.rank[place])
			w.land(to)
			w.next.add(w.pool, to)
		}
		for _, to := range w.onward(c) {
			if !w.owes(to, place) {
				w.next.add(w.pool, to)
			} else if w.here.add(w.pool, to) {
				stack = append(stack, to)
			}
		}
	}
}

// onward gives the configurations at the next stops: the states that open sights saw, and those which fetch-and-adds
// left there.
func (w *sweep) onward(c *config) (all []*config) {
	for i := 0; i < len(c.want) && w.effort >= 0; {
		at := w.seen(w.sighted[c.want[i]])
		var steps []int32 // one of each delta: those alike are taken by return
		for ; i < len(c.want) && w.seen(w.sighted[c.want[i]]) == at; i++ {
			rank := c.want[i]
			if len(steps) == 0 || w.step(w.sighted[steps[len(steps)-1]]) != w.step(w.sighted[rank]) {
				steps = append(steps, rank)
			}
		}
		for _, counts := range w.ways(c, at-c.state) {
			to := c.clone()
			w.takeMany(to, counts)
			w.land(to)
			for _, rank := range steps {
				if w.step(w.sighted[rank]) != 0 {
					all = append(all, w.leave(to, rank))
				}
			}
			if at != c.state {
				all = append(all, to)
			}
		}
	}
	return all
}

// leave takes a fetch-and-add at the state that it saw.
func (w *sweep) leave(c *config, rank int32) *config {
	w.effort -= weight(c)
	to, place := c.clone(), w.sighted[rank]
	to.want = remove(to.want, rank)
	to.state += w.step(place)
	w.note(to, place)
	w.land(to)
	return to
}

// land takes all reads of the state.
func (w *sweep) land(c *config) {
	at, _ := slices.BinarySearchFunc(c.want, c.state, func(rank int32, state int64) int {
		if w.seen(w.sighted[rank]) < state {
			return -1
		}
		return 1
	})
	kept := c.want[:at]
	for i, rank := range c.want[at:] {
		place := w.sighted[rank]
		if w.seen(place) != c.state {
			kept = append(kept, c.want[at+i:]...)
			break
		}
		if w.step(place) == 0 {
			w.note(c, place)
		} else {
			kept = append(kept, rank)
		}
	}
	c.want = kept
}

func (w *sweep) takeOpen(c *config, rank int32) {
	w.effort -= weight(c)
	c.open = remove(c.open, rank)
	c.state += w.step(w.ranked[rank])
	w.note(c, w.ranked[rank])
}
