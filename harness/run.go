package harness

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

const (
	// interruptGrace is how long operations under way may go on after the run was cancelled.
	interruptGrace = time.Second
	// abandonGrace is how long an operation may take to return after its context was cancelled.
	abandonGrace = 2 * time.Second
	// closeTimeout bounds the target's Close.
	closeTimeout = 30 * time.Second
)

// Result is what a run has come to.
type Result[I, O any] struct {
	History *history.History[I, O]
	Verdict checkers.Verdict
	Stats   Stats
	// Interrupted says why the run ended before its operations were used up, or nothing.
	Interrupted string
	// Orphans is the number of operations that never returned; their goroutines still run.
	Orphans int
}

// run is one run under way.
type run[I, O any] struct {
	cfg      *config
	target   Target[I, O]
	workload Workload[I, O]
	rec      *history.Recorder[I, O]
	seats    []*seat[I, O]
	next     atomic.Int32 // identity of the next life
	orphans  atomic.Int32
	start    time.Duration // of the main part

	stop     context.Context // done when no operation should begin any more
	stopNow  context.CancelCauseFunc
	stopping atomic.Bool // stop is done, without its lock

	mu    sync.Mutex
	lives map[*life[I, O]]struct{}
}

// Run runs the workload against the target and gives the verdict. It returns an error, besides what result there is,
// if the target or the harness failed: an [ErrOption] before anything was done; a failed Setup, Open or Close; a history
// file that could not be written. When ctx ends, so does the run, in order: operations under way get a second to return,
// the final reads are made, the clients and the target are closed, and the verdict is on what was recorded.
func Run[I, O any](
	ctx context.Context, t Target[I, O], w Workload[I, O], opts ...Option,
) (result *Result[I, O], err error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	r := &run[I, O]{cfg: cfg, target: t, workload: w, lives: map[*life[I, O]]struct{}{}}
	// Close comes also after a Setup that failed half-way: it drops what there is.
	defer func() { err = errors.Join(err, r.close(ctx)) }()
	if err := guard("Setup", func() error { return t.Setup(ctx) }); err != nil {
		return nil, fmt.Errorf("setting up the target: %w", err)
	}
	return r.drive(ctx)
}

// close drops the target, also when ctx is done.
func (r *run[I, O]) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	if err := guard("Close", func() error { return r.target.Close(ctx) }); err != nil {
		return fmt.Errorf("closing the target, which may have left something behind: %w", err)
	}
	return nil
}

// guard turns a panic of the target into an error.
func guard(what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s panicked: %v\n%s", what, p, debug.Stack())
		}
	}()
	return f()
}

func (r *run[I, O]) drive(ctx context.Context) (*Result[I, O], error) {
	r.rec = history.NewRecorder[I, O]()
	info := r.info()
	stream, err := r.stream(info)
	if err != nil {
		return nil, err
	}
	r.stop, r.stopNow = context.WithCancelCause(ctx)
	defer r.stopNow(nil)
	defer context.AfterFunc(r.stop, func() { r.stopping.Store(true) })()
	watch := r.watchdog(ctx)
	err = r.clients()
	interrupted := r.why(ctx)
	r.final(ctx)
	watch()
	result := &Result[I, O]{Interrupted: interrupted, Orphans: int(r.orphans.Load())}
	if stream != nil {
		err = errors.Join(err, stream.Close())
	}
	result.History = r.rec.History()
	result.History.Info = info
	result.Stats = statsOf(r.tallies(), r.start)
	r.judge(ctx, result)
	return result, err
}

func (r *run[I, O]) info() history.Info {
	name, params := r.workload.Info()
	info := history.Info{
		Format: file.Version, Workload: name, Params: params, Clients: r.cfg.clients, Seed: r.cfg.seed,
		Tool: r.cfg.facts.Tool, Target: r.cfg.facts.Target, Strategy: r.cfg.facts.Strategy, Args: r.cfg.facts.Args,
		Start: r.rec.Base().UTC(),
	}
	if v, ok := r.target.(Versioned); ok {
		info.Engine = v.Version()
	}
	return info
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
	if ctx.Err() == nil {
		return ""
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "the deadline came before all operations were made"
	}
	return "interrupted before all operations were made"
}

// clients opens the seats together, and runs the parts of the run with them.
func (r *run[I, O]) clients() error {
	var opening errgroup.Group
	for id := range r.cfg.clients {
		s := newSeat(r, id)
		r.seats = append(r.seats, s)
		opening.Go(func() (err error) {
			s.life, err = r.open(id)
			return err
		})
	}
	err := opening.Wait()
	if err == nil {
		err = r.part(history.Warmup, r.cfg.warmup, 0)
	}
	if err == nil {
		err = r.part(history.Main, r.quota(), r.cfg.duration)
	}
	// Clients close side by side, since each may take its time.
	var closing errgroup.Group
	for _, s := range r.seats {
		closing.Go(func() error { s.end(); return nil })
	}
	return errors.Join(err, closing.Wait())
}

// quota is the operations of the main part, or -1 for no limit.
func (r *run[I, O]) quota() int {
	if r.cfg.ops == 0 {
		return -1
	}
	return r.cfg.ops
}

// part lets all seats make n operations together, from a common start. The first error stops the others.
func (r *run[I, O]) part(phase history.Phase, n int, limit time.Duration) error {
	gate := make(chan struct{})
	var g errgroup.Group
	for _, s := range r.seats {
		share := r.share(n, s.id)
		g.Go(func() error {
			<-gate
			err := s.work(phase, share)
			if err != nil {
				r.stopNow(err)
			}
			return err
		})
	}
	r.start = r.rec.Now()
	for _, s := range r.seats {
		s.pace = newPacer(r.cfg, s.id, r.start)
	}
	if limit > 0 {
		defer time.AfterFunc(limit, func() { r.stopNow(nil) }).Stop()
	}
	if phase == history.Main {
		defer r.report()()
	}
	close(gate)
	return g.Wait()
}

// share is how many of n operations a seat makes.
func (r *run[I, O]) share(n, seat int) int {
	if n < 0 {
		return -1
	}
	share := n / r.cfg.clients
	if seat < n%r.cfg.clients {
		share++
	}
	return share
}

// open connects a client under the next identity.
func (r *run[I, O]) open(seat int) (*life[I, O], error) {
	id := int(r.next.Add(1)) - 1
	ctx, cancel := context.WithTimeoutCause(r.stop, r.cfg.timeout, ErrTimeout)
	defer cancel()
	var client Client[I, O]
	err := guard("Open", func() (err error) {
		client, err = r.target.Open(ctx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("opening client %d: %w", id, err)
	}
	return r.enlist(r.newLife(client, id, seat)), nil
}

func (r *run[I, O]) newLife(client Client[I, O], id, seat int) *life[I, O] {
	l := &life[I, O]{client: client, log: r.rec.Log(int32(id)), timeout: r.cfg.timeout, stuck: make(chan struct{})}
	// Operations outlive the run's context by a grace, which the watchdog keeps; final reads have a context to themselves.
	parent := context.WithoutCancel(r.stop)
	if l.patient = seat < 0; l.patient {
		parent = r.stop
	}
	ctx, cancel := context.WithCancelCause(parent)
	l.cancel = cancel
	l.ctx = &opContext{Context: ctx, base: r.rec.Base(), deadline: &l.deadline}
	if r.cfg.scheduler != nil && seat >= 0 {
		l.stepper = r.cfg.scheduler.Stepper(id, r.cfg.seed^uint64(id+1)*0x9e3779b97f4a7c15)
		l.ctx.call.stepper = l.stepper
	}
	return l
}

func (r *run[I, O]) tallies() []*tally {
	tallies := make([]*tally, len(r.seats))
	for i, s := range r.seats {
		tallies[i] = s.tally
	}
	return tallies
}

// judge has the history checked, with a limit.
func (r *run[I, O]) judge(ctx context.Context, result *Result[I, O]) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.checkTimeout)
	defer cancel()
	name, _ := r.workload.Info()
	check := checkers.Named[I, O]{Name: name, Check: r.workload.Check}
	result.Verdict = checkers.Guard(ctx, result.History, check)
	result.Stats.Contended = contended(result.History, r.workload.Class)
	if !r.cfg.allowVacuous {
		result.Verdict = checkers.Join(result.Verdict, Vacuity(result.Stats))
	}
}
