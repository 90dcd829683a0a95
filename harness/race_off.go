//go:build !race

package harness

// dataRaces is 0 where there is no race detector.
func dataRaces() int { return 0 }

// raceDetector says whether there is one.
const raceDetector = false
