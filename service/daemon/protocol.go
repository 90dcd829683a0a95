package daemon

import (
	"fmt"
	"time"
)

// order is what the keeper is told, as JSON on its control pipe, before the pipe is left alone until it closes. The command is
// not among the keeper's arguments, where those who look for the service's process by its command would find the keeper too.
type order struct {
	Command []byte // JSON keeps no text that is not UTF-8, and a path may be none
	Grace   time.Duration
}

// begun is the first note of the keeper.
type begun struct {
	Pid     int    `json:",omitempty"`
	Failure string `json:",omitempty"` // why there is no service; then there is no second note
}

// ended is its second and last note, after which it ends itself.
type ended struct {
	How   string   // with which status or by which signal the main process ended
	Zero  bool     // it ended with status 0
	Asked bool     // it ran until the control pipe closed
	Told  string   `json:",omitempty"` // the signal that told the keeper to end it
	Left  []string `json:",omitempty"` // processes that could not be ended
}

// reason says what the end was, or nil if it was in order.
func (e ended) reason(d *Daemon) error {
	switch {
	case e.Left != nil:
		return fmt.Errorf("processes of the service could not be ended, and are left behind: %s", e.Left)
	case e.Asked, e.Zero && d.stdin != nil && d.stdin.closed.Load():
		return nil
	case e.Told != "":
		return fmt.Errorf("the service was ended because its keeper got the signal %q; %s", e.Told, d.last)
	case e.Zero && d.stdin == nil:
		return fmt.Errorf("the service ended %s: its command must stay in the foreground; %s", e.How, d.last)
	}
	return fmt.Errorf("the service ended %s; %s", e.How, d.last)
}
