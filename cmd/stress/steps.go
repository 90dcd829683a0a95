package main

import (
	"io"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// steps shows how far a list of runs has come, on a terminal only: the matrix is short, and what it prints is the
// result.
type steps struct {
	bar  progress.Writer
	live *progress.Tracker
	done chan struct{}
}

func newSteps(w io.Writer, quiet bool, total int) *steps {
	s := &steps{}
	if !quiet && roomForBar(w) {
		s.draw(w, width(w), total)
	}
	return s
}

// draw begins to show the bar.
func (s *steps) draw(w io.Writer, columns, total int) {
	s.live, s.done = &progress.Tracker{Total: int64(total)}, make(chan struct{})
	s.bar = newBar(w)
	s.bar.SetMessageLength(min(48, max(20, columns-barRest)))
	s.bar.AppendTracker(s.live)
	go func() { defer close(s.done); s.bar.Render() }()
}

// next tells that one run begins.
func (s *steps) next(what string) {
	if s.bar == nil {
		return
	}
	s.live.UpdateMessage(what)
	if s.live.Value() < s.live.Total-1 { // the bar is full when all have ended
		s.live.Increment(1)
	}
}

func (s *steps) end() {
	if s.bar == nil {
		return
	}
	s.live.UpdateMessage("the catalogue")
	s.live.MarkAsDone()
	<-s.done
}
