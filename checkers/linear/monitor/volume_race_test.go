//go:build race

package monitor_test

// volume is how many random histories each monitor is tried on where the race detector makes each many times dearer. A
// monitor is one goroutine; how it is called from several is what package linear's tests hold.
const volume = 1_500
