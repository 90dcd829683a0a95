package linear

import "slices"

// farthest is the order with the most bound operations that a search which traces has come upon. As long as it is the
// beginning of the trace only its length is known; it is copied when the search goes back, and then only what was not yet.
type farthest struct {
	bound  int     // how many bound operations are in it
	length int     // how many operations
	live   bool    // it is the beginning of the trace
	kept   []int32 // the operations, by place, unless it is live
	shared int     // of kept, how many at the beginning are that of the trace too
}

// reach notes how far the order has come that led to a configuration.
func (s *search[S, I, O]) reach(layer uint32, done uint64) {
	if bound := int(layer) + s.done.size(done); bound > s.far.bound {
		s.far.bound, s.far.length, s.far.live = bound, len(s.trace), true
	}
}

// retrace leaves so many operations of the trace, if there is one.
func (s *search[S, I, O]) retrace(length int32) {
	if s.tracing {
		s.far.part(s.trace, int(length))
	}
	s.trace = s.trace[:length]
}

// part keeps what it needs of a trace of which only so many operations will be left.
func (f *farthest) part(trace []int32, length int) {
	if f.live && length < f.length {
		f.kept = append(f.kept[:f.shared], trace[f.shared:f.length]...)
		f.live, f.shared = false, length
	}
	f.shared = min(f.shared, length)
}

// beginning is the beginning of a legal order of an object's operations.
type beginning struct {
	ops     []int32 // places
	bound   int     // how many of them are of known outcome
	longest bool    // there is none with more
}

// beginning gives the order that came farthest in a search that traced and ended so.
func (s *search[S, I, O]) beginning(h halt) beginning {
	if !s.tracing || h == found {
		return beginning{}
	}
	f := s.far
	f.part(s.trace, -1)
	return beginning{ops: slices.Clone(f.kept[:f.length]), bound: f.bound, longest: h == exhausted && !s.looksAhead()}
}

// looksAhead says whether the search gives up orders that could go on.
func (s *search[S, I, O]) looksAhead() bool { return s.model.Leads != nil && s.prune.has(lookAhead) }
