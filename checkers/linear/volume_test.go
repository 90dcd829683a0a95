//go:build !race

package linear

// volume is how many random histories of each sort the checker is held against the oracles with.
const volume = 8000
