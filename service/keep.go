package service

import (
	"os"

	"github.com/lostupdate/stress/service/daemon"
)

// What keeps a service is this very program, started once more, which must then do nothing else: see package daemon. It would run
// all tests of the package again. Only when packages are initialised is there a moment before that needs no line in the user's
// TestMain. It is not the first: the packages that this one imports are initialised before, in the keeper as in any program, and
// so are those of the user's that do not import this one and come first in their order.
var _ = keep()

func keep() bool {
	keeper := daemon.IsKeeper()
	if keeper {
		os.Exit(daemon.Keep())
	}
	return keeper
}
