//go:build race

package harness

import "runtime"

// dataRaces is how many data races the race detector has reported in this process.
func dataRaces() int { return runtime.RaceErrors() }

// raceDetector says whether there is one.
const raceDetector = true
