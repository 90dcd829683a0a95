package harness

import (
	"sync"
	"time"
)

// Progress is what a run has done so far, in its main part.
type Progress struct {
	Elapsed                           time.Duration
	Ops, OK, Failed, Unknown, Retries int64
	Total                             int64         // operations that the run will make, 0 if only time limits it
	Rate                              float64       // operations a second since the last report
	Limit                             time.Duration // the run's duration, 0 if only operations limit it
	Over                              bool          // all operations were made: this is the last report, and the check comes
}

// report calls back with the progress, until the function that it returns is called, which reports a last time.
func (r *run[I, O]) report() (end func()) {
	if r.cfg.progress == nil {
		return func() {}
	}
	stop := make(chan struct{})
	var g sync.WaitGroup
	g.Go(func() {
		if err := guard("the progress callback", func() error { r.reports(stop); return nil }); err != nil {
			r.fail(err)
		}
	})
	return func() { close(stop); g.Wait() }
}

func (r *run[I, O]) reports(stop <-chan struct{}) {
	tick := time.NewTicker(r.cfg.every)
	defer tick.Stop()
	var last Progress
	for {
		select {
		case <-stop:
			r.tell(last, true)
			return
		case <-tick.C:
			last = r.tell(last, false)
		}
	}
}

func (r *run[I, O]) tell(last Progress, over bool) Progress {
	p := progressOf(r.tallies)
	p.Elapsed = r.rec.Now() - r.start
	p.Total, p.Limit, p.Over = int64(r.cfg.ops), r.cfg.duration, over
	if passed := p.Elapsed - last.Elapsed; passed > 0 {
		p.Rate = float64(p.Ops-last.Ops) / passed.Seconds()
	}
	r.cfg.progress(p)
	return p
}
