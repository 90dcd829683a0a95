package monitor

import "slices"

// explore finds all configurations that a configuration can come to by taking an operation that returns, the last.
func (w *sweep) explore(from *config, place int32) {
	stack := []*config{from}
	if !w.here.add(w, from) {
		return
	}
	for len(stack) > 0 && w.effort >= 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if w.dead(c) {
			continue
		}
		if !w.sees(place) {
			to := c.clone()
			w.takeOpen(to, w.rank[place])
			w.land(to)
			w.arrive(to)
		}
		for _, to := range w.onward(c) {
			switch {
			case w.dead(to):
			case !w.owes(to, place):
				w.arrive(to)
			case w.here.add(w, to):
				stack = append(stack, to)
			}
		}
	}
}

func (w *sweep) arrive(c *config) {
	if !w.dead(c) {
		w.next.add(w, c)
	}
}

// dead says whether a sight can never be taken any more, because the state has risen beyond what it saw.
func (w *sweep) dead(c *config) bool {
	return w.rising && len(c.want) > 0 && w.seen(w.sighted[c.want[0]]) < c.state
}

// onward gives the configurations at the next stops: the states that open sights saw, and those which fetch-and-adds
// left there. If states only rise, none can be passed by.
func (w *sweep) onward(c *config) (all []*config) {
	for i := 0; i < len(c.want) && w.effort >= 0; {
		at := w.seen(w.sighted[c.want[i]])
		if w.rising && i > 0 {
			break
		}
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
	w.effort--
	to, place := c.clone(), w.sighted[rank]
	to.want, _ = remove(to.want, rank)
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
	w.effort--
	c.open, _ = remove(c.open, rank)
	c.state += w.step(w.ranked[rank])
	w.note(c, w.ranked[rank])
}

// takeMany takes so many additions of each class, those that return first.
func (w *sweep) takeMany(c *config, counts []int32) {
	w.effort--
	for class, count := range counts {
		c.state += int64(count) * w.deltas[class]
		from, to := w.openOf(c, class)
		certain := min(int(count), to-from)
		if w.witness {
			for _, rank := range c.open[from : from+certain] {
				w.note(c, w.ranked[rank])
			}
			for n := range count - int32(certain) {
				w.note(c, w.unsure[class][c.spent[class]+n])
			}
		}
		c.open = slices.Delete(c.open, from, from+certain)
		c.spent[class] += count - int32(certain)
	}
}

// openOf gives where the certain additions of a class are in c.open.
func (w *sweep) openOf(c *config, class int) (from, to int) {
	from, _ = slices.BinarySearch(c.open, w.first[class])
	to = len(c.open)
	if class+1 < len(w.first) {
		to, _ = slices.BinarySearch(c.open, w.first[class+1])
	}
	return from, to
}
