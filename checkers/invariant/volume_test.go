//go:build !race

package invariant_test

// histories is how many random histories of each sort the checks are held against the oracle with.
const histories = 120_000
