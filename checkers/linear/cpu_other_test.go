//go:build !unix

package linear

import "time"

// cpuTime is the time that passed, where no better is known.
func cpuTime() time.Duration { return time.Since(time.Time{}) }
