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

// coarse gives sizes below this one, the smallest first, each of four times as many operations: so that one that fails is soon
// found, also where it takes many operations.
func (s size) coarse() []size {
	var all []size
	for ops := 2; ops < s.Ops; ops *= 4 {
		for clients := 2; clients <= min(s.Clients, ops); clients = more(clients, s.Clients) {
			all = append(all, size{clients, ops, s.Kinds, s.Keys})
		}
	}
	return all
}

// more gives 4 after 2, and most after that.
func more(clients, most int) int {
	if clients < 4 && most > 4 {
		return 4
	}
	return max(most, clients+1)
}

// alone gives sizes of one client, up to so many operations: what fails then is no race.
func (s size) alone() (all []size) {
	for ops := 1; ops <= min(s.Ops, 2); ops++ {
		if s.Clients > 1 || ops < s.Ops {
			all = append(all, size{1, ops, s.Kinds, s.Keys})
		}
	}
	return all
}

// finer gives the sizes below one that coarse has given, and above the one before, the smallest first.
func (s size) finer() []size {
	var all []size
	for _, ops := range steps(s.Ops/4+1, s.Ops) {
		for _, clients := range steps(min(2, s.Clients), min(s.Clients, ops)) {
			if ops < s.Ops || clients < s.Clients {
				all = append(all, size{clients, ops, s.Kinds, s.Keys})
			}
		}
	}
	return all
}

// steps gives those of 2, 3, 4, 6, 8, 12, 16 and so on that are from least to most, and most.
func steps(least, most int) []int {
	var all []int
	for n := 2; n < most; n *= 2 {
		for _, step := range [...]int{n, n + n/2} {
			if step >= least && step < most {
				all = append(all, step)
			}
		}
	}
	return append(all, most)
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
