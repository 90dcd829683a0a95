//go:build !unix

package daemon

import (
	"context"
	"errors"
)

// IsKeeper reports whether this process was started to keep a service, which is never where there are no keepers.
func IsKeeper() bool { return false }

// Keep is for keepers alone.
func Keep() int { return 1 }

func launch(context.Context, Config) (*Daemon, error) {
	return nil, errors.New("services can be started on Unix alone, where they can be ended for sure: start it yourself")
}
