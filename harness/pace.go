package harness

import (
	"context"
	"runtime"
	"time"
)

// spin is how long before its time a paced client stops sleeping and yields instead: shorter sleeps overrun by about a
// millisecond.
const spin = 1500 * time.Microsecond

// pacer is the timetable of one seat: with n seats and a rate, seat i starts its k-th operation at (k·n + i)/rate.
type pacer struct {
	interval time.Duration // between two operations of the seat; 0: closed loop
	next     time.Duration // since the recorder's base
}

func newPacer(cfg *config, seat int, start time.Duration) pacer {
	if cfg.rate == 0 {
		return pacer{}
	}
	each := float64(time.Second) / cfg.rate
	return pacer{
		interval: time.Duration(each * float64(cfg.clients)), next: start + time.Duration(each*float64(seat)),
	}
}

// wait returns the time at which the next operation should start, when that has come, and false if ctx ends before. A
// seat that is late is not held. In a closed loop it gives 0 at once.
func (p *pacer) wait(ctx context.Context, now func() time.Duration) (intended time.Duration, ok bool) {
	if p.interval == 0 {
		return 0, true
	}
	intended = p.next
	p.next += p.interval
	if early := intended - now() - spin; early > 0 && sleep(ctx, early) != nil {
		return intended, false
	}
	for now() < intended {
		if ctx.Err() != nil {
			return intended, false
		}
		runtime.Gosched()
	}
	return intended, true
}
