//go:build !unix

package gauge

import "time"

// CPU is the time that passed, where no better is known.
func CPU() time.Duration { return time.Since(time.Time{}) }
