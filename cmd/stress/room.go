package main

import (
	"os"
	"runtime"
	"sync"

	"github.com/lostupdate/stress/service/host"
	"github.com/lostupdate/stress/targets"
)

// room leaves half of the processors to what is tested on this machine while clients use it, and gives what takes them back:
// for the check of a run, or at the end of a matrix.
// The runtime would have threads look for work on processors that the service needs: of two, a service in Node.js answered a
// quarter more without them. A variable GOMAXPROCS goes before it.
func room(local bool) (back func()) {
	if _, told := os.LookupEnv("GOMAXPROCS"); told || !local {
		return func() {}
	}
	runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	return sync.OnceFunc(runtime.SetDefaultGOMAXPROCS)
}

// local reports whether what is tested runs on this machine, and is not this process.
func (f *runFlags) local(h *host.Host) bool {
	return f.target == targets.Process || h != nil && h.Local()
}
