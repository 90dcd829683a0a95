package linear

import (
	"math/bits"
	"slices"
)

// sets holds sets of small numbers, each known by one word. Sets of numbers below 64 are that word; of wider sets each
// is stored once and the word is its place. Equal words mean equal sets.
type sets struct {
	words int      // of one set; 1 if the word is the set
	arena []uint64 // wide sets, one after the other; the first is empty
	index []uint32 // hash table of places plus 1, for finding a set by content
	tmp   []uint64
}

// newSets makes a holder of sets of numbers below n; wide: as if they did not fit one word.
func newSets(n int, wide bool) sets {
	s := sets{words: max(1, (n+63)/64)}
	if wide {
		s.words++
	}
	if s.words > 1 {
		s.tmp, s.index = make([]uint64, s.words), make([]uint32, 64)
		s.find(s.tmp)
	}
	return s
}

func (s *sets) bytes() int64 { return 8*int64(cap(s.arena)) + 4*int64(len(s.index)) }

// at gives the words of a wide set.
func (s *sets) at(set uint64) []uint64 { return s.arena[int(set)*s.words : (int(set)+1)*s.words] }

func (s *sets) has(set uint64, i int32) bool {
	if s.words == 1 {
		return set>>i&1 == 1
	}
	return s.arena[int(set)*s.words+int(i/64)]>>(i%64)&1 == 1
}

// flip puts i in if it is out, and takes it out if it is in.
func (s *sets) flip(set uint64, i int32) uint64 {
	if s.words == 1 {
		return set ^ 1<<i
	}
	copy(s.tmp, s.at(set))
	s.tmp[i/64] ^= 1 << (i % 64)
	return s.find(s.tmp)
}

// within says whether all of a is in b.
func (s *sets) within(a, b uint64) bool {
	if s.words == 1 || a == b {
		return a&^b == 0 || a == b
	}
	x, y := s.at(a), s.at(b)
	for i := range x {
		if x[i]&^y[i] != 0 {
			return false
		}
	}
	return true
}

// size is how many numbers are in a set.
func (s *sets) size(set uint64) (n int) {
	if s.words == 1 {
		return bits.OnesCount64(set)
	}
	for _, w := range s.at(set) {
		n += bits.OnesCount64(w)
	}
	return n
}

// carry brings a set over from another holder of the same width.
func (s *sets) carry(from *sets, set uint64) uint64 {
	if s.words == 1 {
		return set
	}
	return s.find(from.at(set))
}

// find gives the place of a wide set by its content, storing it if it is new.
func (s *sets) find(content []uint64) uint64 {
	for i := hash(content) & uint64(len(s.index)-1); ; i = (i + 1) & uint64(len(s.index)-1) {
		if s.index[i] == 0 {
			return s.store(i, content)
		}
		if place := uint64(s.index[i] - 1); slices.Equal(s.at(place), content) {
			return place
		}
	}
}

// store keeps new content, for which i is a free place of the index.
func (s *sets) store(i uint64, content []uint64) uint64 {
	place := len(s.arena) / s.words
	s.arena = append(s.arena, content...)
	s.index[i] = uint32(place + 1)
	if 2*(place+1) > len(s.index) {
		s.reindex(2 * len(s.index))
	}
	return uint64(place)
}

func (s *sets) reindex(size int) {
	s.index = make([]uint32, size)
	for place := range len(s.arena) / s.words {
		i := hash(s.at(uint64(place))) & uint64(size-1)
		for s.index[i] != 0 {
			i = (i + 1) & uint64(size-1)
		}
		s.index[i] = uint32(place + 1)
	}
}

func hash(words []uint64) uint64 {
	h := uint64(0)
	for _, w := range words {
		h = mix(h^w, 0x9e3779b97f4a7c15)
	}
	return h
}

// mix folds two words into one that depends on all their bits.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x2d358dccaa6c78a5, b^0x8bb84b93962eacc9)
	return hi ^ lo
}
