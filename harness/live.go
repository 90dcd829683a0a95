package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/lostupdate/stress/history"
)

// UntilViolation ends a run as soon as a violation is seen while it goes on, as if its operations were used up then. The
// workload must be a [Streamer] or [Alarmed]; else it is an [ErrOption]. What goes on is looked at ten times a second, and
// thoroughly at first and once a second. The verdict of the run is still that of all the workload's checks on everything that
// was recorded.
func UntilViolation() Option { return func(c *config) { c.untilViolation = true } }

// Alarmed is a workload of which some violations can be told while a run goes on, though no verdict can be given on a part, or
// that are beside what its stream decides.
type Alarmed[I, O any] interface {
	Alarm() Alarm[I, O] // nil if there are none such
}

// Alarm takes the batches of one run, and says whether one of them has what the workload's Check will call a violation, whatever
// comes later: a run that was stopped at one which Check does not find is Undecided. It belongs to one goroutine.
type Alarm[I, O any] func(ctx context.Context, b history.Batch[I, O]) (violated bool)

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
	return guard("asking the workload for its stream", func() error {
		var streams bool
		r.follower, streams = NewFollower(r.workload)
		if a, ok := r.workload.(Alarmed[I, O]); ok {
			r.alarm = harmless(a.Alarm())
		}
		if streams || r.alarm != nil {
			return nil
		}
		name, _ := r.workload.Info()
		return fmt.Errorf("%w: until-violation: the workload %s has nothing that can be checked while it runs: leave it out",
			ErrOption, name)
	})
}

// sought reports whether violations are looked for while the run goes on.
func (r *run[I, O]) sought() bool { return r.follower != nil || r.alarm != nil }

// live follows the run while clients run, if that is wanted, and stops it at a violation. It gives what ends that.
func (r *run[I, O]) live() (end func()) {
	if !r.sought() {
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
		if r.violates(r.rec.Cut(&cursor), thorough(n)) {
			r.violated.Store(true)
			r.stopNow(nil)
			return
		}
	}
}

// violates takes a batch, and says whether there is a violation.
func (r *run[I, O]) violates(b history.Batch[I, O], thoroughly bool) bool {
	if r.alarm != nil && r.alarm(r.stop, b) {
		return true
	}
	return r.follower != nil && (r.follower.Add(r.stop, b) || thoroughly && r.follower.Violated(r.stop))
}

// harmless is an alarm that has nothing more to say once it has panicked, since the workload's Check will tell what is wrong.
func harmless[I, O any](alarm Alarm[I, O]) Alarm[I, O] {
	if alarm == nil {
		return nil
	}
	var wrong error
	return func(ctx context.Context, b history.Batch[I, O]) (violated bool) {
		if wrong == nil {
			wrong = guard("looking for violations", func() error {
				violated = alarm(ctx, b)
				return nil
			})
		}
		return violated
	}
}
