package service

import (
	"os"

	"github.com/lostupdate/stress/service/daemon"
)

// What keeps a service is this very program, started once more, which must then do nothing else: see package daemon. It would run
// all tests of the package again. Only when packages are initialised is there a moment before that needs no line in the user's
// TestMain.
var _ = keep()

func keep() bool {
	keeper := daemon.IsKeeper()
	if keeper {
		os.Exit(daemon.Keep())
	}
	return keeper
}
