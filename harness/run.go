package harness

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

// mostTallies bounds the memory of statistics: clients beyond it share.
const mostTallies = 64

// patiences are how long what ends a run may take.
type patiences struct {
	interrupt   time.Duration // operations under way, after the run was cancelled
	abandon     time.Duration // a call of the target, after its context was cancelled
	final       time.Duration // all final reads, after an interrupt
	clientClose time.Duration // a client's Close
	close       time.Duration // the target's
}

func defaultPatiences() patiences {
	return patiences{time.Second, 2 * time.Second, 5 * time.Second, 5 * time.Second, 30 * time.Second}
}

// within has each take no more than so long.
func (p patiences) within(most time.Duration) patiences {
	return patiences{
		min(p.interrupt, most), min(p.abandon, most), min(p.final, most), min(p.clientClose, most), min(p.close, most),
	}
}

// Result is what a run has come to.
type Result[I, O any] struct {
	History *history.History[I, O]
	Verdict checkers.Verdict
	Stats   Stats
	// Interrupted says why the run ended before its operations were used up, or nothing.
	Interrupted string
	// Orphans is the number of calls of the target, operations or others, that never returned; their goroutines still
	// run.
	Orphans int

	base time.Time // that the history's times count from, by the monotonic clock
}

// run is one run under way.
type run[I, O any] struct {
	cfg      *config
	target   Target[I, O]
	workload Workload[I, O]
	name     string // the workload's
	rec      *history.Recorder[I, O]
	seats    []*seat[I, O]
	tallies  []*tally
	next     atomic.Int32 // identity of the next life, after the first ones
	orphans  atomic.Int32
	start    time.Duration // of the part under way; set under mu
	end      time.Duration // of the main part; under mu
	phase    history.Phase // of the part under way; under mu
	begun    bool          // all clients were opened
	expired  atomic.Bool   // the run's own duration is over
	jammed   atomic.Bool   // too many operations never returned
	violated atomic.Bool   // a violation was seen while clients ran
	follower *Follower[I, O]
	alarm    Alarm[I, O]
	observer Observer

	stop     context.Context // done when no operation should begin any more
	stopNow  context.CancelCauseFunc
	stopping atomic.Bool // stop is done, without its lock

	mu      sync.Mutex
	lives   map[*life[I, O]]struct{}
	trouble error

	cancelled bool  // ctx was, before all operations were made
	unread    error // why a final read could not be made
}

// Run runs the workload against the target and gives the verdict. It returns an error, besides what result there is,
// if the target or the harness failed: an [ErrOption] before anything was done; a failed Setup, Open or Close; a call
// that panicked where no operation can be blamed; a history file that could not be written. When ctx ends, so does the
// run, in order: operations under way get a second to return, the final reads are made, the clients and the target are
// closed, and the verdict is on what was recorded; one that would be Valid is Undecided if the run was cancelled, and
// stays Valid if it had a deadline. A check under way is cut short when ctx is cancelled.
func Run[I, O any](
	ctx context.Context, t Target[I, O], w Workload[I, O], opts ...Option,
) (result *Result[I, O], err error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	r := &run[I, O]{cfg: cfg, target: t, workload: w, lives: map[*life[I, O]]struct{}{}}
	if err := r.prepareLive(); err != nil {
		return nil, err
	}
	// Close comes also after a Setup that failed half-way, and where it ended the test: it drops what there is.
	closed := false
	defer func() {
		if !closed {
			err = errors.Join(err, r.close(ctx))
		}
	}()
	// In the caller's goroutine, so that a test's Setup may end the test.
	if err := guard("Setup", func() error { return t.Setup(ctx) }); err != nil {
		return nil, fmt.Errorf("setting up the target: %w", err)
	}
	defer r.cfg.watch.leave() // what is looked at later is what there was at the end
	result, err = r.drive(ctx)
	// Before the check, which may take long: whoever ends the process then leaves nothing behind.
	closed = true
	err = errors.Join(err, r.close(ctx))
	if result != nil {
		err = errors.Join(err, r.judge(ctx, result))
		r.cfg.watch.judged(result.Verdict.Status)
		result.Orphans = int(r.orphans.Load())
	}
	return result, errors.Join(err, r.troubled())
}

// close drops the target, also when ctx is done.
func (r *run[I, O]) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), r.cfg.patience.close, ErrTimeout)
	defer cancel()
	_, err := bounded(ctx, r.cfg.patience.abandon, "Close", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, r.target.Close(ctx)
	}, func(struct{}) { r.orphans.Add(-1) })
	if errors.Is(err, errAbandoned) {
		r.orphans.Add(1)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLeftBehind, err)
	}
	return nil
}

func (r *run[I, O]) drive(ctx context.Context) (*Result[I, O], error) {
	r.rec = history.NewRecorder[I, O]()
	info, err := r.info()
	if err != nil {
		return nil, err
	}
	if r.cfg.observe != nil {
		if r.observer, err = observe(r.cfg.observe, &info); err != nil {
			return nil, err
		}
	}
	stream, err := r.stream(info)
	if err != nil {
		return nil, err
	}
	r.stop, r.stopNow = context.WithCancelCause(ctx)
	defer r.stopNow(nil)
	defer context.AfterFunc(r.stop, func() { r.stopping.Store(true) })()
	unfollow := r.live()
	watch := r.watchdog(ctx)
	err = r.clients()
	unfollow()
	r.turnTo(history.Final)
	result := &Result[I, O]{Interrupted: r.why(ctx)}
	r.cancelled = result.Interrupted != "" && errors.Is(ctx.Err(), context.Canceled)
	if r.begun && !r.jammed.Load() { // the reads would hang as well
		err = errors.Join(err, r.final(ctx))
	}
	watch()
	cut := ""
	if r.cancelled {
		cut = result.Interrupted
	}
	if stream != nil {
		stream.Interrupted(cut)
		err = errors.Join(err, stream.Close())
	}
	result.History = r.rec.History()
	result.History.Info, result.History.Interrupted, result.base = info, cut, r.rec.Base()
	return result, err
}

func (r *run[I, O]) info() (info history.Info, err error) {
	cfg := r.cfg
	err = guard("asking for the version or the parameters", func() error {
		info = history.Info{
			Format: file.Version, Clients: cfg.clients, Seed: cfg.seed, Start: r.rec.Base().UTC(),
			Tool: cfg.facts.Tool, Target: cfg.facts.Target, Strategy: cfg.facts.Strategy, Args: cfg.facts.Args,
		}
		info.Workload, info.Params = r.workload.Info()
		if v, ok := r.target.(Versioned); ok {
			info.Engine = v.Version()
		}
		return nil
	})
	r.name = info.Workload
	return info, err
}

func (r *run[I, O]) stream(info history.Info) (*file.Streamer[I, O], error) {
	if r.cfg.file == "" {
		return nil, nil
	}
	w, err := file.Create(r.cfg.file, info)
	if err != nil {
		return nil, err
	}
	return file.Stream(w, r.rec, 0), nil
}

// why says what ended the run early.
func (r *run[I, O]) why(ctx context.Context) string {
	switch {
	case r.complete():
		return ""
	case r.violated.Load():
		return stoppedAtViolation
	case r.jammed.Load():
		return "stopped, since as many calls never returned as there are clients"
	case ctx.Err() == nil:
		return ""
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "the deadline came before all operations were made"
	}
	if cause := context.Cause(ctx); len(r.cfg.contexts) > 0 && !errors.Is(cause, context.Canceled) {
		return cause.Error() + " before all operations were made"
	}
	return "interrupted before all operations were made"
}

// complete reports whether the main part came to its own end.
func (r *run[I, O]) complete() bool {
	for _, s := range r.seats {
		if s.left != 0 {
			return r.expired.Load()
		}
	}
	return r.begun
}
