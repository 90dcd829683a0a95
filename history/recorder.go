package history

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Chunks grow from the first size to the second, so that a client of ten operations costs little and one of a million
// allocates rarely.
const (
	firstChunk = 32
	lastChunk  = 2048
)

// Recorder records the operations of many clients against one monotonic base. Every client writes to a [Log] of its
// own; the recorder's lock is taken only when a log is made or all are read.
type Recorder[I, O any] struct {
	base time.Time
	mu   sync.Mutex
	logs []*Log[I, O]
}

// NewRecorder makes a recorder whose clock starts now.
func NewRecorder[I, O any]() *Recorder[I, O] {
	return &Recorder[I, O]{base: time.Now()}
}

// Base is the wall clock time at which Call and Return are zero.
func (r *Recorder[I, O]) Base() time.Time { return r.base }

// Now is the time since the base, monotonic.
func (r *Recorder[I, O]) Now() time.Duration { return time.Since(r.base) }

// Log makes the log of a client. An identity must have one log only.
func (r *Recorder[I, O]) Log(client int32) *Log[I, O] {
	c := newChunk[I, O](firstChunk)
	l := &Log[I, O]{base: r.base, client: client, head: c, tail: c, ops: c.ops}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logs = append(r.logs, l)
	return l
}

func (r *Recorder[I, O]) all() []*Log[I, O] {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.logs)
}

type chunk[I, O any] struct {
	ops  []Op[I, O]
	next atomic.Pointer[chunk[I, O]]
}

func newChunk[I, O any](n int) *chunk[I, O] { return &chunk[I, O]{ops: make([]Op[I, O], n)} }

// Log is the record of one client. Begin and End are called in turn by one goroutine at a time; others may read
// meanwhile through the recorder. An operation is written in two parts, each published by one atomic counter: what was
// asked, before the target is; what was answered, after. Values that hold references must not be changed once they are
// given to it, as they may be read at any time.
type Log[I, O any] struct {
	base   time.Time
	ops    []Op[I, O] // the operations of tail, within reach
	at     int        // place of the next operation in ops
	n      int        // operations begun, as the writer knows it
	client int32

	begun, done atomic.Int64
	beginning   atomic.Int64 // begun, or one more while an operation begins

	mu    sync.Mutex // guards notes, which only operations that were not OK touch
	notes map[int]string

	head, tail *chunk[I, O]

	// Two clients must not write to one cache line. Processors fetch lines in pairs of 64 bytes.
	_ [128]byte
}

// Client is the identity that the log records.
func (l *Log[I, O]) Client() int32 { return l.client }

// Begin records that the client asks, and returns the time of the call. The clock is read last, so that what Begin
// itself costs is not in the operation's interval.
func (l *Log[I, O]) Begin(in I, phase Phase) time.Duration {
	if l.at == len(l.ops) {
		l.grow()
	}
	op := &l.ops[l.at]
	op.Client, op.Phase, op.Input = l.client, phase, in
	l.n++
	l.beginning.Store(int64(l.n)) // before the clock is read: a cut waits for what it may have been too late for
	call := time.Since(l.base)
	op.Call = call
	l.begun.Store(int64(l.n))
	return call
}

func (l *Log[I, O]) grow() {
	next := newChunk[I, O](min(2*len(l.ops), lastChunk))
	l.tail.next.Store(next)
	l.tail, l.ops, l.at = next, next.ops, 0
}

// End records the answer to the operation begun last, and returns the time of the return. The clock is read first.
func (l *Log[I, O]) End(out O, outcome Outcome, retries int) time.Duration {
	now := time.Since(l.base)
	op := &l.ops[l.at]
	op.Return, op.Output, op.Outcome = now, out, outcome
	op.Retries = uint16(min(max(retries, 0), 1<<16-1))
	l.at++
	l.done.Store(int64(l.n))
	return now
}

// Note keeps a text with the operation begun last; call it before End, so that no reader sees the operation without it.
// The note of an operation that turns out [OK] is dropped.
func (l *Log[I, O]) Note(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.notes == nil {
		l.notes = map[int]string{}
	}
	l.notes[l.n-1] = text
}

// note gives the text of the log's operation i, which has returned. The lock is left alone for most operations.
func (l *Log[I, O]) note(op *Op[I, O], i int) string {
	if op.Outcome == OK {
		return ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.notes[i]
}
