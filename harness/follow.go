package harness

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// Streamer is a workload that can have its histories checked in batches, while they are recorded. The stream may check less
// than the workload's Check does, but must say nothing that it would not.
type Streamer[I, O any] interface {
	Stream() checkers.Stream[I, O]
}

// Follower judges a history that comes in batches, in memory that does not grow with its length. It belongs to one
// goroutine at a time.
type Follower[I, O any] struct {
	w      Workload[I, O]
	name   string
	stream checkers.Stream[I, O]
	order  *history.Sequence[I, O]
	start  time.Duration // of the main part
	tally  *tally
	met    meeting
	finals int // final reads that were made

	updates, updatesOK int64
	errors             map[ErrorText]int
	wrong              *checkers.Verdict
}

// ErrorText is the text of an operation that was not OK.
type ErrorText = report.ErrorText

// mostErrorTexts bounds how many different texts are counted; others are left out.
const mostErrorTexts = 1000

// NewFollower makes a follower of a run of the workload, or gives false if the workload is no [Streamer].
func NewFollower[I, O any](w Workload[I, O]) (*Follower[I, O], bool) {
	s, ok := w.(Streamer[I, O])
	if !ok {
		return nil, false
	}
	name, _ := w.Info()
	return &Follower[I, O]{
		w: w, name: name, stream: s.Stream(), order: history.NewSequence[I, O](), start: history.Never, tally: newTally(),
		met: newMeeting(), errors: map[ErrorText]int{},
	}, true
}

// Add takes the next batch. It says whether a violation is known already.
func (f *Follower[I, O]) Add(ctx context.Context, b history.Batch[I, O]) (violated bool) {
	if f.wrong != nil {
		return false
	}
	for i, text := range b.Notes {
		key := ErrorText{Text: text, Outcome: b.Done[i].Outcome}
		if _, there := f.errors[key]; there || len(f.errors) < mostErrorTexts {
			f.errors[key]++
		}
	}
	f.guard(func() {
		violated = f.stream.Add(ctx, b)
		if f.order.Add(b) == nil { // the stream says what is wrong with it
			f.count(f.order.Take())
		}
	})
	return violated
}

// guard makes an undecided verdict of a panic in the workload's functions.
func (f *Follower[I, O]) guard(do func()) {
	defer func() {
		if p := recover(); p != nil {
			v := checkers.Undecide("the %s checker panicked: %v; please report it with the history\n%s", f.name, p, debug.Stack())
			f.wrong = &v
		}
	}()
	do()
}

// Violated looks whether there is a violation in what came so far.
func (f *Follower[I, O]) Violated(ctx context.Context) (violated bool) {
	if f.wrong == nil {
		f.guard(func() { violated = f.stream.Verdict(ctx).Status == checkers.Invalid })
	}
	return violated
}

func (f *Follower[I, O]) count(ops []history.Placed[I, O]) {
	for i := range ops {
		op := &ops[i].Op
		switch {
		case op.Phase == history.Final && op.Outcome == history.OK:
			f.finals++
		case op.Phase == history.Main:
			f.measure(op)
		}
	}
}

func (f *Follower[I, O]) measure(op *history.Op[I, O]) {
	class := f.w.Class(op.Input)
	f.start = min(f.start, op.Call)
	if !class.ReadOnly {
		if f.updates++; op.Outcome == history.OK {
			f.updatesOK++
		}
	}
	if op.Return == history.Never {
		f.tally.lose()
	} else {
		f.tally.add(class.Kind, op.Outcome, op.Return-op.Call, op.Return, int(op.Retries))
	}
	f.met.add(op.Client, op.Call, op.Return, class)
}

// Followed is what a follower found.
type Followed[I, O any] struct {
	Verdict  checkers.Verdict
	Stats    Stats
	Evidence map[int]history.Placed[I, O] // the operations that the anomalies name, by place
	Errors   map[ErrorText]int
}

// Judge gives the verdict on all batches, with the doubts that [Judge] has: Interrupted and Missing are those of the history.
// No batch may follow.
func (f *Follower[I, O]) Judge(ctx context.Context, interrupted, missing string) Followed[I, O] {
	out := f.Found(ctx)
	if f.wrong != nil {
		return out
	}
	v := out.Verdict
	if interrupted != "" {
		v = unless(v, checkers.Undecide("%s; nothing is wrong with those that were", interrupted))
	}
	if missing != "" {
		v = unless(v, checkers.Undecide("%s", missing))
	} else {
		v = unless(v, finals(f.w, f.finals))
	}
	out.Verdict = unless(v, Vacuity(out.Stats))
	return out
}

// Found gives the verdict on all batches without these doubts, for a history that is of no run of this program. No batch may
// follow.
func (f *Follower[I, O]) Found(ctx context.Context) (out Followed[I, O]) {
	f.guard(func() {
		out.Verdict, out.Evidence = f.stream.Verdict(ctx), f.stream.Evidence()
		f.count(f.order.Ahead())
		out.Stats = statsOf([]*tally{f.tally}, f.start)
		out.Stats.Contended = f.met.share()
		out.Stats.Updates, out.Stats.UpdatesOK = f.updates, f.updatesOK
	})
	if f.wrong != nil {
		return Followed[I, O]{Verdict: *f.wrong, Errors: f.errors}
	}
	if out.Verdict.Reason != "" {
		out.Verdict.Reason = fmt.Sprintf("%s: %s", f.name, out.Verdict.Reason)
	}
	out.Errors = f.errors
	return out
}
