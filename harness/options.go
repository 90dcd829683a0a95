package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"go.uber.org/goleak"

	"github.com/lostupdate/stress/history"
)

// Limits and defaults of a run.
const (
	DefaultClients = 8
	DefaultOps     = 1000
	shortOps       = 200
	DefaultTimeout = 10 * time.Second
	// DefaultConnectTimeout bounds the opening of a client.
	DefaultConnectTimeout = 10 * time.Second
	// DefaultCheckTimeout bounds the checkers, which are undecided after it.
	DefaultCheckTimeout = time.Minute
	// MaxClients is the most clients that a run takes.
	MaxClients = 100_000
)

// ErrOption marks an error of the options given to a run; nothing has been done then.
var ErrOption = errors.New("invalid option")

// Option sets one thing about a run.
type Option func(*config)

type config struct {
	clients, ops, warmup int
	usual                int // operations if nothing else is said of how many; 0: as usual
	duration, timeout    time.Duration
	connectTimeout       time.Duration
	checkTimeout         time.Duration
	rate                 float64
	seed                 uint64
	scheduler            Scheduler
	every                time.Duration
	progress             func(Progress)
	file                 string
	facts                Facts
	allowVacuous         bool
	untilViolation       bool
	watch                *Watch
	observe              func(*history.Info) Observer
	orders               int // most operations of a history whose legal orders are asked for
	patience             patiences
	schedule             string // the scheduler's name
	free                 string // what a schedule would undo; "": nothing
	shrink               time.Duration
	need, tries          int
	cases                string
	histories            string // folder that a Test streams histories to
	leaks                []goleak.Option
	allowLeaks           bool
	testing, short       bool // it is a Test; with -short
	contexts             []context.Context
	artifacts            string    // folder of a Test's artefacts
	forTests             []string  // options that only a Test heeds
	checkBy              time.Time // when the check must be over; zero: no such time
}

// Facts are what the caller knows of a run and the harness does not; they go into the head of the history.
type Facts struct {
	Tool, Target, Strategy string
	Args                   map[string]string // secrets masked by the caller
}

// Clients sets how many clients run at once: 1 to 100,000; 8 if not set.
func Clients(n int) Option { return func(c *config) { c.clients = n } }

// Ops sets the operations of all clients together, warm-up and final reads not counted: at least 1, or 0 as if it was
// not set. If neither [Ops] nor [Duration] is set it is 1,000; if only the duration is, there is no limit.
func Ops(n int) Option { return func(c *config) { c.ops = n } }

// UsualOps sets the operations of a run for which neither [Ops] nor [Duration] says anything, in the place of 1,000. With
// -short, a [Test] makes 200 at most. 0 is as if it was not set.
func UsualOps(n int) Option { return func(c *config) { c.usual = n } }

// Duration ends the run after a time, if the operations have not been used up before. It counts from the end of the
// warm-up. 0 is as if it was not set.
func Duration(d time.Duration) Option { return func(c *config) { c.duration = d } }

// Rate sets the operations a second of all clients together. 0 is a closed loop: every client asks as soon as it was
// answered. With a rate, clients keep to a timetable, and latency counts from the time at which an operation should
// have started, so that a stalled target is not spared the requests that it kept waiting.
func Rate(opsPerSecond float64) Option { return func(c *config) { c.rate = opsPerSecond } }

// Seed sets the source of all chance. The same seed, clients and workload give every client the same operations, in
// so far as the workload's generator draws them from chance alone and not from what the client has read. If it is not
// set, a seed is drawn, and the result tells it.
func Seed(seed uint64) Option { return func(c *config) { c.seed = seed } }

// Timeout bounds one operation, above 0; 10 s if not set. An operation that overruns has its context cancelled with
// [ErrTimeout] as the cause, at a precision of a millisecond or a twentieth of the timeout; one that does not return
// within two seconds of that is abandoned: it stays Unknown, and another client takes its place.
func Timeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// ConnectTimeout bounds how long a client may take to open, above 0; 10 s if not set. It counts anew for each client that
// takes the place of one whose operation ended as Unknown, over all its attempts.
func ConnectTimeout(d time.Duration) Option { return func(c *config) { c.connectTimeout = d } }

// CheckTimeout bounds the check of the history, above 0; one minute if not set.
func CheckTimeout(d time.Duration) Option { return func(c *config) { c.checkTimeout = d } }

// Orders asks the check for legal orders of what it finds valid, as [checkers.WithOrders] does, if the history has no more
// operations than so many; of none if not set.
func Orders(most int) Option { return func(c *config) { c.orders = most } }

// Warmup sets how many operations, of all clients together, come before those that statistics count. They are recorded
// and checked like all others. A client that has made its share waits for the others, and keeps what it holds: where clients
// hold something from one operation to the next, such as a lock, the others may wait for it in vain until they time out, so
// that such a workload does better without.
func Warmup(ops int) Option { return func(c *config) { c.warmup = ops } }

// WithScheduler sets who decides when clients take their steps; [Perturb] if not set. Nil lets them run free.
func WithScheduler(s Scheduler) Option {
	return func(c *config) {
		if c.scheduler, c.schedule = s, theirs; s == nil {
			c.schedule = free
		}
	}
}

// Free lets clients run free, as [WithScheduler] of nil does, for the sake of something that a schedule would undo, and that is
// named in the error: any other schedule, also one from outside, is an [ErrOption].
func Free(sake string) Option {
	return func(c *config) {
		c.free = sake
		WithScheduler(nil)(c)
	}
}

// OnProgress has f called at least every given time, and once at the end, from one goroutine.
func OnProgress(every time.Duration, f func(Progress)) Option {
	return func(c *config) { c.every, c.progress = every, f }
}

// HistoryFile streams the history to a new file while the run goes on; a name that ends in .zst is compressed. An
// existing file is an error.
func HistoryFile(path string) Option { return func(c *config) { c.file = path } }

// WithFacts adds what the caller knows to the head of the history.
func WithFacts(f Facts) Option { return func(c *config) { c.facts = f } }

// AllowVacuous lets a run be Valid in which nothing was contended or nearly everything failed. Without it such a run is
// Undecided, since it proves nothing.
func AllowVacuous() Option { return func(c *config) { c.allowVacuous = true } }

// within has everything that ends a run take no more than a part of the time that a test has.
func within(left time.Duration) Option {
	return func(c *config) {
		c.timeout, c.connectTimeout = min(c.timeout, left/8), min(c.connectTimeout, left/8)
		c.patience = c.patience.within(left / 32)
	}
}

// forTest makes an option that only [Test] heeds.
func forTest(name string, set func(*config)) Option {
	return func(c *config) {
		c.forTests = append(c.forTests, name)
		set(c)
	}
}

// Shrink bounds how long a [Test] that failed looks for the smallest run that fails too; 10 s if not set, 2 s with -short. 0
// has it look for none.
func Shrink(d time.Duration) Option { return forTest("Shrink", func(c *config) { c.shrink = d }) }

// Tries sets how often, of how many tries, a smaller run must fail for a [Test] to tell of it and keep it: 3 of 10 if not
// set. As many tries tell later whether a run that was kept still fails.
func Tries(need, of int) Option {
	return forTest("Tries", func(c *config) { c.need, c.tries = need, of })
}

// Cases sets the folder in which a [Test] keeps runs that failed, and from which it makes them first next time;
// [DefaultCases], in the folder of the test's package, if not set. "off" has it keep none.
func Cases(folder string) Option { return forTest("Cases", func(c *config) { c.cases = folder }) }

// WithContext has a [Test] make its runs under ctx, in the place of the test's own context, from which ctx should be made: as
// where a server that the test needs may end by itself. When ctx ends, so does the test, in order, and tells the cause of ctx. Of
// several, any ends the test.
func WithContext(ctx context.Context) Option {
	return forTest("WithContext", func(c *config) { c.contexts = append(c.contexts, ctx) })
}

// AllowLeaks has a [Test] say nothing of goroutines that its run leaves behind and that the options of goleak ignore; with
// none, of any.
func AllowLeaks(of ...goleak.Option) Option {
	return forTest("AllowLeaks", func(c *config) {
		if c.leaks = append(c.leaks, of...); len(of) == 0 {
			c.allowLeaks = true
		}
	})
}

func newConfig(opts []Option) (*config, error) {
	c := &config{
		clients: DefaultClients, timeout: DefaultTimeout, connectTimeout: DefaultConnectTimeout,
		checkTimeout: DefaultCheckTimeout, seed: rand.Uint64()>>11 | 1, scheduler: Perturb(),
		patience: defaultPatiences(), schedule: perturbing, shrink: DefaultShrink, need: defaultNeed, tries: defaultTries,
		cases: DefaultCases,
	}
	for _, o := range opts {
		o(c)
	}
	if c.ops == 0 && c.duration == 0 {
		if c.ops = cmp.Or(c.usual, DefaultOps); c.short {
			c.ops = min(c.ops, shortOps)
		}
	}
	err := c.validate()
	return c, err
}

func (c *config) validate() error {
	checks := []struct {
		bad  bool
		text string
	}{
		{c.clients < 1 || c.clients > MaxClients, fmt.Sprintf("clients must be 1 to %d, not %d", MaxClients, c.clients)},
		{c.usual < 0, fmt.Sprintf("usual ops must not be negative: %d", c.usual)},
		{c.ops < 0, fmt.Sprintf("ops must not be negative: %d", c.ops)},
		{c.warmup < 0, fmt.Sprintf("warm-up must not be negative: %d", c.warmup)},
		{c.duration < 0, fmt.Sprintf("duration must not be negative: %v", c.duration)},
		{c.timeout <= 0, fmt.Sprintf("timeout must be above 0, not %v", c.timeout)},
		{c.connectTimeout <= 0, fmt.Sprintf("connect timeout must be above 0, not %v", c.connectTimeout)},
		{c.checkTimeout <= 0, fmt.Sprintf("check timeout must be above 0, not %v", c.checkTimeout)},
		{!(c.rate >= 0) || math.IsInf(c.rate, 1), fmt.Sprintf("rate must be 0 or above, and finite, not %g", c.rate)},
		{c.shrink < 0, fmt.Sprintf("shrink must not be negative: %v", c.shrink)},
		{c.need < 1 || c.tries < c.need, fmt.Sprintf("tries must be K of N with 1 ≤ K ≤ N, not %d of %d", c.need, c.tries)},
		{c.free != "" && c.schedule != free, fmt.Sprintf("a schedule (%s) is of no use beside %s: leave one of them out",
			c.schedule, c.free)},
		{len(c.forTests) > 0 && !c.testing, strings.Join(c.forTests, ", ") + " is for Test, and would be ignored"},
		{c.progress != nil && c.every <= 0, fmt.Sprintf("progress must come every so often, above 0, not %v", c.every)},
	}
	for _, check := range checks {
		if check.bad {
			return fmt.Errorf("%w: %s", ErrOption, check.text)
		}
	}
	return nil
}
