package harness

import (
	"fmt"
	"time"

	"github.com/lostupdate/stress/history"
)

// UntilViolation ends a run as soon as a violation is seen while it goes on, as if its operations were used up then. The
// workload must be a [Streamer]; else it is an [ErrOption]. What goes on is looked at ten times a second, and thoroughly at
// first and once a second. The verdict of the run is still that of all the workload's checks on everything that was recorded.
func UntilViolation() Option { return func(c *config) { c.untilViolation = true } }

// How often a run is looked at while it goes on.
const (
	cutEvery      = 100 * time.Millisecond
	cutsToVerdict = 10
)

const stoppedAtViolation = "stopped at the first violation, before all operations were made"

// prepareLive refuses to follow what can't be followed, before anything is done.
func (r *run[I, O]) prepareLive() error {
	if !r.cfg.untilViolation {
		return nil
	}
	return guard("asking the workload for its stream", func() (err error) {
		var ok bool
		if r.follower, ok = NewFollower(r.workload); !ok {
			name, _ := r.workload.Info()
			err = fmt.Errorf("%w: the workload %s can't be checked while it runs: leave UntilViolation out", ErrOption, name)
		}
		return err
	})
}

// live follows the run while clients run, if that is wanted, and stops it at a violation. It gives what ends that.
func (r *run[I, O]) live() (end func()) {
	if r.follower == nil {
		return func() {}
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		r.follow(stop)
	}()
	return func() { close(stop); <-done }
}

// thorough says at which cuts everything is looked at: soon at first, since most violations come soon.
func thorough(cut int) bool { return cut&(cut-1) == 0 || cut%cutsToVerdict == 0 }

func (r *run[I, O]) follow(stop <-chan struct{}) {
	ticker := time.NewTicker(cutEvery)
	defer ticker.Stop()
	var cursor history.Cursor[I, O]
	for n := 1; ; n++ {
		select {
		case <-stop:
			return
		case <-r.stop.Done():
			return
		case <-ticker.C:
		}
		violated := r.follower.Add(r.stop, r.rec.Cut(&cursor))
		if violated || thorough(n) && r.follower.Violated(r.stop) {
			r.violated.Store(true)
			r.stopNow(nil)
			return
		}
	}
}
