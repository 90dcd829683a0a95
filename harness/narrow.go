package harness

import (
	"math/rand/v2"
	"slices"

	"github.com/lostupdate/stress/history"
)

// size is how large a run is.
type size struct {
	Clients int      `json:"clients"`
	Ops     int      `json:"ops"`
	Kinds   []string `json:"kinds,omitempty"` // of operation; none: all that the workload has
	Keys    []uint64 `json:"keys,omitempty"`  // of objects; none: all
}

// narrowed is a workload of which only some kinds of operation are made, on some objects: what else its generator gives is
// passed over.
type narrowed[I, O any] struct {
	Workload[I, O]
	size
}

// mostDraws is how many operations of a generator are passed over before it must do with what it gives.
const mostDraws = 10_000

func (w narrowed[I, O]) Generator(client int) Generator[I, O] {
	generate := w.Workload.Generator(client)
	return func(r *rand.Rand, prev *history.Op[I, O]) (in I) {
		for range mostDraws {
			if in = generate(r, prev); w.allows(w.Class(in)) {
				break
			}
		}
		return in
	}
}

func (s *size) allows(c Class) bool {
	return (len(s.Kinds) == 0 || slices.Contains(s.Kinds, c.Kind)) &&
		(len(s.Keys) == 0 || c.Whole || slices.Contains(s.Keys, c.Key))
}

// of narrows a size to the kinds and objects of the operations that an anomaly names.
func (s size) of(classes []Class) size {
	for _, c := range classes {
		if !slices.Contains(s.Kinds, c.Kind) {
			s.Kinds = append(s.Kinds, c.Kind)
		}
		if !c.Whole && !slices.Contains(s.Keys, c.Key) {
			s.Keys = append(s.Keys, c.Key)
		}
	}
	slices.Sort(s.Kinds)
	slices.Sort(s.Keys)
	return s
}

// smaller gives the sizes below this one, the smallest first: by operations, then by clients.
func (s size) smaller() []size {
	var all []size
	for _, ops := range steps(s.Ops) {
		for _, clients := range steps(min(s.Clients, ops)) {
			if smaller := (size{clients, ops, s.Kinds, s.Keys}); ops < s.Ops || clients < s.Clients {
				all = append(all, smaller)
			}
		}
	}
	return all
}

// steps gives 2, 3, 4, 6, 8, 12, 16 and so on, and most.
func steps(most int) []int {
	var all []int
	for n := 2; n < most; n *= 2 {
		all = append(all, n)
		if n+n/2 < most {
			all = append(all, n+n/2)
		}
	}
	return append(all, max(2, most))
}

// simpler gives the same size with one kind less, or with one object alone.
func (s size) simpler() []size {
	var all []size
	for i := range s.Kinds {
		if len(s.Kinds) > 1 {
			less := s
			less.Kinds = slices.Delete(slices.Clone(s.Kinds), i, i+1)
			all = append(all, less)
		}
	}
	for _, key := range s.Keys {
		if len(s.Keys) > 1 {
			less := s
			less.Keys = []uint64{key}
			all = append(all, less)
		}
	}
	return all
}
