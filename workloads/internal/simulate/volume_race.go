//go:build race

package simulate

// Volume is few, since the race detector slows checks down and has nothing to find in them.
func Volume(n int) int { return n / 10 }
