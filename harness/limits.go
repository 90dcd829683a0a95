package harness

import (
	"context"
	"time"
)

// limits are the times of a [Test] whose test has a deadline; zero where it has none.
type limits struct {
	left                     time.Duration // at the start
	cases, run, small, check time.Time
}

// limitsOf parts the time that a test has: a quarter for runs that failed before; until half of it is over for the run, since
// one without another end makes as many operations as it can; then its end and its check; what is left until a tenth
// before the deadline for smaller runs.
func limitsOf(tb TB) limits {
	d, ok := tb.(interface{ Deadline() (time.Time, bool) })
	if !ok {
		return limits{}
	}
	deadline, ok := d.Deadline()
	if !ok {
		return limits{}
	}
	left := time.Until(deadline)
	return limits{
		left: left, cases: deadline.Add(-left * 3 / 4), run: deadline.Add(-left / 2), small: deadline.Add(-left / 5),
		check: deadline.Add(-left / 10),
	}
}

func by(ctx context.Context, deadline time.Time) (context.Context, context.CancelFunc) {
	if deadline.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline)
}

func (l *limits) forCases(ctx context.Context) (context.Context, context.CancelFunc) {
	return by(ctx, l.cases)
}
func (l *limits) forRun(ctx context.Context) (context.Context, context.CancelFunc) {
	return by(ctx, l.run)
}

// forSmall bounds the search for a smaller run.
func (l *limits) forSmall(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	end := time.Now().Add(most)
	if !l.small.IsZero() && l.small.Before(end) {
		end = l.small
	}
	return context.WithDeadline(ctx, end)
}
