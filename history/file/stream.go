package file

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/lostupdate/stress/history"
)

// DefaultEvery is how often a [Streamer] writes if it is not told otherwise. A killed process loses about so much.
const DefaultEvery = 100 * time.Millisecond

// Streamer writes what a recorder records to a file while the clients run. It never makes a client wait. Values that a
// client has given to the recorder must not be changed after, as they are encoded meanwhile.
type Streamer[I, O any] struct {
	w      *Writer
	r      *history.Recorder[I, O]
	cursor history.Cursor[I, O]
	stop   chan struct{}
	done   chan struct{}
	err    atomic.Pointer[error]
	close  func() error
}

// Stream starts to write the recorder's operations, every so often ([DefaultEvery] if it is not above zero), at first
// sooner, so that a run that is killed at its start leaves something too, and takes the writer over. Close must be called.
func Stream[I, O any](w *Writer, r *history.Recorder[I, O], every time.Duration) *Streamer[I, O] {
	s := &Streamer[I, O]{w: w, r: r, stop: make(chan struct{}), done: make(chan struct{})}
	s.close = sync.OnceValue(s.finish)
	if every <= 0 {
		every = DefaultEvery
	}
	go s.loop(every)
	return s
}

func (s *Streamer[I, O]) loop(every time.Duration) {
	defer close(s.done)
	wait := every / 16
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for s.Err() == nil {
		select {
		case <-s.stop:
			return
		case <-timer.C:
			s.keep(WriteBatch(s.w, s.r.Cut(&s.cursor)))
		}
		wait = min(2*wait, every)
		timer.Reset(wait)
	}
}

func (s *Streamer[I, O]) keep(err error) {
	if err != nil {
		s.err.CompareAndSwap(nil, &err)
	}
}

// Err gives the first error of writing, as soon as there is one. After it nothing more is written; the run may go on.
func (s *Streamer[I, O]) Err() error {
	if err := s.err.Load(); err != nil {
		return *err
	}
	return nil
}

// Close writes what is left, operations that have not returned as unknown, and the end line, waits until all is on the
// disk, and closes the file. It is called when the clients have stopped; what they record after it is not in the file. It
// returns the first error of writing, and the same if called again.
func (s *Streamer[I, O]) Close() error { return s.close() }

// Interrupted has the end line say that the run was cancelled; see [Writer.Interrupted]. It must come before Close.
func (s *Streamer[I, O]) Interrupted(reason string) { s.w.Interrupted(reason) }

func (s *Streamer[I, O]) finish() error {
	close(s.stop)
	<-s.done
	if s.Err() == nil {
		last := s.r.Cut(&s.cursor)
		last.Done, last.Open = append(last.Done, last.Open...), nil
		s.keep(WriteBatch(s.w, last))
		s.keep(s.w.End(last.At))
	}
	s.keep(s.w.Close())
	return s.Err()
}
