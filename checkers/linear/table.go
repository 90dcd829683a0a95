package linear

// config is a configuration: all that decides how a search can go on.
type config struct {
	done  uint64 // set of slots: the bound operations that are open and already in the order
	used  uint64 // set of loose operations that are already in the order
	layer uint32 // the first bound operation that is not in the order, by rank
	state uint32 // number of the model's state
}

// nowhere marks a free place of the table; no part has so many operations.
const nowhere = ^uint32(0)

// table is the configurations that were visited. They are found by all but what they used, so that one is also found
// that is as good or better because it used less.
type table struct {
	places   []config // a hash table with linear probing, its length a power of two
	count    int
	used     *sets
	dominate bool
}

const configBytes = 24

func newTable(size int, used *sets, dominate bool) table {
	t := table{places: make([]config, size), used: used, dominate: dominate}
	t.empty()
	return t
}

// empty forgets all configurations.
func (t *table) empty() {
	t.count = 0
	for i := range t.places {
		t.places[i].layer = nowhere
	}
}

// shorten leaves as many places as so many operations need where there is no choice: to empty them takes time.
func (t *table) shorten(ops int) {
	size := startTable
	for size < 2*ops && size < cap(t.places) {
		size *= 2
	}
	t.places = t.places[:size]
}

// full says that no more should be added.
func (t *table) full() bool { return 4*(t.count+1) > 3*len(t.places) }

// add puts a configuration in, unless it or one as good is there.
func (t *table) add(c config) bool {
	last := uint64(len(t.places) - 1)
	for i := mix(c.done, uint64(c.layer)<<32|uint64(c.state)) & last; ; i = (i + 1) & last {
		at := &t.places[i]
		if at.layer == nowhere {
			*at = c
			t.count++
			return true
		}
		if at.layer != c.layer || at.state != c.state || at.done != c.done {
			continue
		}
		if at.used == c.used || t.dominate && t.used.within(at.used, c.used) {
			return false
		}
		if t.dominate && t.used.within(c.used, at.used) {
			*at = c // the other was visited and adds nothing any more
			return true
		}
	}
}
