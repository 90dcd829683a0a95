package linear

import "slices"

// maxStates is how many states an explanation can name.
const maxStates = 6

// deepest remembers the last layer that a search reached, and the states in which it did.
type deepest[S comparable] struct {
	layer  uint32
	states []S
	more   bool // there are other states
}

func (d *deepest[S]) note(layer uint32, state S) {
	switch {
	case layer < d.layer:
		return
	case layer > d.layer:
		d.layer, d.states, d.more = layer, d.states[:0], false
	}
	switch {
	case slices.Contains(d.states, state):
	case len(d.states) < maxStates:
		d.states = append(d.states, state)
	default:
		d.more = true
	}
}
