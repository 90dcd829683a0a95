package foreign

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history/jepsen"
)

// LinearCounter is the search alone.
func LinearCounter(h *jepsen.History) checkers.Named[input, output] {
	w := words{values: h.Values}
	return by(w, w.counter())
}
