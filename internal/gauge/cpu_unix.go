//go:build unix

package gauge

import (
	"syscall"
	"time"
)

// CPU is what the process has used of all processors so far, its garbage collector's share included.
func CPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
