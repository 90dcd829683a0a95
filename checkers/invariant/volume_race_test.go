//go:build race

package invariant_test

// histories is few, since the race detector slows the oracle down and has nothing to find in it.
const histories = 10_000
