package targets

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/stdio"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads/jobs"
)

// The requests that a queue is asked by; see package words.
const (
	askClaim   = "claim"
	askProcess = "process"
	askFinish  = "finish"
	askCrash   = "crash"
	askLeft    = "left"
	askEffects = "effects"
)

// asked is one request to a queue.
type asked struct {
	op      string
	job     int32
	receipt any // that the claim told: a text or a number, or nil
}

// answered is what a queue answers.
type answered struct {
	Job   int64 `json:"job"`
	Found bool  `json:"found"`
	Done  bool  `json:"done"`
	Count int64 `json:"count"`
	Left  int64 `json:"left"`

	receipt any
}

// queueBridge tells requests to a queue in words. Of a job that is not one of so many nothing more is asked: it may be another's.
func queueBridge(jobs int) bridge.Bridge[asked, answered] {
	plain := bridge.JSON[struct{}, answered]()
	return bridge.Bridge[asked, answered]{
		Inputs: func(in asked, to map[string]any) string {
			to["job"], to["receipt"] = int64(in.job), in.receipt
			return in.op
		},
		Output: func(values map[string]any) (answered, error) {
			receipt := values["receipt"]
			delete(values, "receipt")
			out, err := plain.Output(values)
			out.receipt = receipt
			switch {
			case err != nil:
			case out.Job < 0 || out.Job >= int64(jobs):
				err = fmt.Errorf("there is no job %d: they are numbered 0 to %d", out.Job, jobs-1)
			case out.Left < 0:
				err = fmt.Errorf("%d jobs can't be left", out.Left)
			}
			return out, err
		},
	}
}

// queue is a queue of jobs that is asked by requests or messages, of which some operations of its workers are several, and some
// none.
type queue struct {
	harness.Target[asked, answered]

	has  func(operation string) bool // it can be asked for that
	seed uint64
}

func queueOverHTTP(cfg web.Config, o Options) harness.Target[jobs.Input, jobs.Output] {
	return &queue{web.New(cfg, queueBridge(cfg.Params["keys"].(int))), func(operation string) bool {
		return cfg.Service.Calls[operation] != nil && !slices.Contains(cfg.Strategy.Without, operation)
	}, o.Seed}
}

func queueByMessages(a asking, o Options) harness.Target[jobs.Input, jobs.Output] {
	all := a.processes.Operations(a.words)
	return &queue{stdio.New(a.processes, a.words, a.params, queueBridge(a.params["keys"].(int))), func(operation string) bool {
		return slices.Contains(all, operation)
	}, o.Seed}
}

// Open connects a worker.
func (q *queue) Open(ctx context.Context, number int) (harness.Client[jobs.Input, jobs.Output], error) {
	c, err := q.Target.Open(ctx, number)
	if err != nil {
		return nil, err
	}
	// Not the harness's own chance of this client: else those that take long would be those that crash.
	chance := rand.New(rand.NewPCG(q.seed, ^uint64(number)))
	return jobs.Client(&queueWorker{queue: q, client: c, number: number, r: chance}), nil
}

// Version is what the queue calls itself, or "".
func (q *queue) Version() string {
	if v, ok := q.Target.(harness.Versioned); ok {
		return v.Version()
	}
	return ""
}

// queueWorker is one worker. It implements jobs.Worker.
type queueWorker struct {
	queue   *queue
	client  harness.Client[asked, answered] // nil: it has crashed, and there is no new one
	number  int
	r       *rand.Rand
	receipt any // of its last claim
}

func (w *queueWorker) ask(ctx context.Context, operation string, job int) (answered, error) {
	if w.client == nil {
		return answered{}, harness.NotAppliedf("%s: there is no connection since the worker has crashed", operation)
	}
	return w.client.Do(ctx, asked{operation, int32(job), w.receipt})
}

// Claim asks for a job.
func (w *queueWorker) Claim(ctx context.Context) (job int, found bool, err error) {
	a, err := w.ask(ctx, askClaim, 0)
	w.receipt = a.receipt // or none
	return int(a.Job), a.Found, err
}

// Times of the work on a job, where the service has none of its own. A lease that is to be outlasted must be shorter than the
// longer one.
const (
	working  = time.Millisecond
	stalling = 100 * time.Millisecond
	stalls   = 8 // one in how many workers takes so long
)

// Process works on the job, which is a request, or nothing but time: now and then so much that a short lease ends.
func (w *queueWorker) Process(ctx context.Context, job int) error {
	if w.queue.has(askProcess) {
		_, err := w.ask(ctx, askProcess, job)
		return err
	}
	d := working
	if w.r.IntN(stalls) == 0 {
		d = stalling
	}
	return harness.NotApplied(harness.Pause(ctx, d))
}

// Finish says that the job is done.
func (w *queueWorker) Finish(ctx context.Context, job int) (done bool, err error) {
	a, err := w.ask(ctx, askFinish, job)
	return a.Done, err
}

// Crash ends the worker, and begins another in its place: by a request, or by a new connection.
func (w *queueWorker) Crash(ctx context.Context, job int) error {
	if w.queue.has(askCrash) {
		_, err := w.ask(ctx, askCrash, job)
		return err
	}
	_, err := harness.Step(ctx, askCrash, func(ctx context.Context) (none struct{}, err error) {
		return none, w.reopen(ctx)
	})
	return err
}

// reopen gives up the connection and makes another. Its error is of unknown outcome, so that nobody asks this worker again.
func (w *queueWorker) reopen(ctx context.Context) error {
	if w.client == nil {
		return errors.New("the worker has crashed before")
	}
	_ = w.client.Close() // as when a process dies
	w.client = nil
	c, err := w.queue.Target.Open(ctx, w.number)
	if err != nil {
		return errors.New("a new worker can't be: " + err.Error())
	}
	w.client = c
	return nil
}

// Left reports whether there are jobs that are not over.
func (w *queueWorker) Left(ctx context.Context) (bool, error) {
	a, err := w.ask(ctx, askLeft, 0)
	return a.Left > 0, err
}

// Effects is how often the job's effect was applied.
func (w *queueWorker) Effects(ctx context.Context, job int) (int64, error) {
	a, err := w.ask(ctx, askEffects, job)
	return a.Count, err
}

// Close ends the worker.
func (w *queueWorker) Close() error {
	if w.client == nil {
		return nil
	}
	return w.client.Close()
}
