//go:build !race

package monitor_test

// volume is how many random histories each monitor is tried on, unless STRESS_HISTORIES says otherwise.
const volume = 20_000
