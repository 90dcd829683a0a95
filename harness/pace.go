package harness

import (
	"context"
	"math"
	"runtime"
	"time"
)

// spin is how long before its time a paced client stops sleeping and yields instead: shorter sleeps overrun by about a
// millisecond.
const spin = 1500 * time.Microsecond

// pacer is the timetable of one seat: with n seats and a rate, seat i starts its k-th operation at (k·n + i)/rate.
type pacer struct {
	rate  float64       // of all seats together; 0: closed loop
	start time.Duration // since the recorder's base
	place float64       // of the seat's next operation among those of all seats
	seats float64
}

func newPacer(cfg *config, seat int, start time.Duration) pacer {
	return pacer{rate: cfg.rate, start: start, place: float64(seat), seats: float64(cfg.clients)}
}

// wait returns the time at which the next operation should start, when that has come, and false if ctx ends before. A
// seat that is late is not held. In a closed loop it gives 0 at once.
func (p *pacer) wait(ctx context.Context, now func() time.Duration) (intended time.Duration, ok bool) {
	if p.rate == 0 {
		return 0, true
	}
	intended = p.next()
	at := now()
	if early := intended - at - spin; early > 0 {
		if Pause(ctx, early) != nil {
			return intended, false
		}
		at = now()
	}
	for at < intended {
		if ctx.Err() != nil {
			return intended, false
		}
		runtime.Gosched()
		before := at
		if at = now(); at == before { // a clock that stands still while anybody runs, as in testing/synctest
			_ = Pause(ctx, intended-at)
			at = now()
		}
	}
	return intended, true
}

// next is computed from the start each time, so that no error adds up.
func (p *pacer) next() time.Duration {
	after := p.place / p.rate * float64(time.Second)
	p.place += p.seats
	// Beyond half of what can be told, nobody waits for it; and the sum does not overflow.
	return p.start + time.Duration(min(after, math.MaxInt64/2))
}
