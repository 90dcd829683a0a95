package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/lostupdate/stress/internal/contest"
	"github.com/lostupdate/stress/internal/gauge"
)

func TestFigures(t *testing.T) {
	assert.Equal(t, "1.24 s", short(1_236*time.Millisecond))
	assert.Equal(t, "178 ms", short(177_870*time.Microsecond))
	assert.Equal(t, "3.4 ms", short(3_400*time.Microsecond))
	assert.Equal(t, "1 ms", short(time.Millisecond-1))
	assert.Equal(t, "20 µs", short(20*time.Microsecond))
	assert.Equal(t, "0 µs", short(0))
	assert.Equal(t, "1,310 MB", size(1_305_872_082))
	assert.Equal(t, "72 MB", size(72_019_920))
	assert.Equal(t, "160 MB", size(159_389_072))
	assert.Equal(t, "39 kB", size(39_200))
	assert.Equal(t, "1,580 ×", times(1576))
	assert.Equal(t, "0.0234 ×", times(0.02339))
	assert.Equal(t, "2 MB / 10 MB, 5 ×", pair(2*megabyte, 10*megabyte, true))
	assert.Equal(t, "< 1 MB / 10 MB", live(1, 10*megabyte, true))
}

func of(cpu time.Duration, bytes uint64) contest.Cost {
	return contest.Cost{Cost: gauge.Cost{CPU: cpu, Bytes: bytes}}
}

func TestGoals(t *testing.T) {
	w := row{least: goal{faster: 8, lighter: 5}, aim: goal{faster: 20, lighter: 10}}
	other := of(20*time.Second, 1000)
	assert.Equal(t, "aim", w.reached(of(time.Second, 100), other))
	assert.Equal(t, "at least", w.reached(of(time.Second, 101), other))
	assert.Equal(t, "at least", w.reached(of(2*time.Second, 100), other))
	assert.Equal(t, "no", w.reached(of(time.Second, 201), other))
	assert.Equal(t, "at least, with proof no", w.verdict(of(2*time.Second, 100), of(3*time.Second, 100), other))
	w = row{least: goal{within: time.Second, bytes: 500}, aim: goal{within: time.Millisecond, bytes: 100}}
	assert.Equal(t, "aim", w.reached(of(time.Millisecond, 100), contest.Cost{}), "Porcupine does not matter")
	assert.Equal(t, "no", w.reached(of(time.Millisecond, 501), contest.Cost{}))
}

// Of what was stopped it is known only that it takes longer.
func TestStopped(t *testing.T) {
	other := of(30*time.Second, 0)
	other.Stopped = true
	assert.Equal(t, "> 30 s", cost(other, true))
	assert.Equal(t, "> 3,000 ×", faster(of(10*time.Millisecond, 0), other))
	assert.Equal(t, none, cost(other, false))
}

func TestLabelsKeepApart(t *testing.T) {
	all := []label{{0, 10}, {1, 11}, {2, 11}, {3, 100}}
	apart(all, 14, 0, 100)
	for i := 1; i < len(all); i++ {
		assert.GreaterOrEqual(t, float64(all[i].y-all[i-1].y), 13.9)
	}
	assert.InDelta(t, 100, float64(all[3].y), 0.1)
	assert.GreaterOrEqual(t, float64(all[0].y), -0.1)
}

func TestSizesOfGrowth(t *testing.T) {
	of := func(most int) []int { return (&report{options: options{most: most}}).sizes() }
	assert.Equal(t, []int{10_000, 100_000, 1_000_000, 10_000_000}, of(0))
	assert.Equal(t, []int{10_000, 100_000, 1_000_000}, of(1_000_000))
	assert.Equal(t, []int{40, 400}, of(400))
}
