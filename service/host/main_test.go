package host

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/lostupdate/stress/service/daemon"
)

func TestMain(m *testing.M) {
	if daemon.IsKeeper() {
		os.Exit(daemon.Keep())
	}
	goleak.VerifyTestMain(m)
}
