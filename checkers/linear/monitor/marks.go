package monitor

import "math/bits"

// marks is a set of small numbers that finds the next one of a number in either direction, in O(log n): words of bits,
// and above them words that say which words are not empty.
type marks struct{ levels [][]uint64 }

func newMarks(n int) *marks {
	m := &marks{}
	for {
		n = (n + 63) / 64
		m.levels = append(m.levels, make([]uint64, n))
		if n <= 1 {
			return m
		}
	}
}

func (m *marks) set(i int32) {
	for _, words := range m.levels {
		words[i/64] |= 1 << (i % 64)
		i /= 64
	}
}

// upTo gives the greatest that is not above i, or -1.
func (m *marks) upTo(i int32) int32 {
	for level := 0; level < len(m.levels) && i >= 0; level++ {
		if word := m.levels[level][i/64] & (^uint64(0) >> (63 - i%64)); word != 0 {
			i = i/64*64 + 63 - int32(bits.LeadingZeros64(word))
			for ; level > 0; level-- {
				i = i*64 + 63 - int32(bits.LeadingZeros64(m.levels[level-1][i]))
			}
			return i
		}
		i = i/64 - 1
	}
	return -1
}

// from gives the least that is not below i, or -1.
func (m *marks) from(i int32) int32 {
	for level := 0; level < len(m.levels) && int(i/64) < len(m.levels[level]); level++ {
		if word := m.levels[level][i/64] & (^uint64(0) << (i % 64)); word != 0 {
			i = i/64*64 + int32(bits.TrailingZeros64(word))
			for ; level > 0; level-- {
				i = i*64 + int32(bits.TrailingZeros64(m.levels[level-1][i]))
			}
			return i
		}
		i = i/64 + 1
	}
	return -1
}
