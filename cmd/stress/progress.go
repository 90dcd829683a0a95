package main

import (
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
)

const (
	barEvery  = 100 * time.Millisecond // on a terminal
	lineEvery = 5 * time.Second        // elsewhere
	barRest   = 50                     // columns that a bar takes besides its message
)

// liveProgress shows how far a run has come: a bar on a terminal, a plain line now and then elsewhere.
type liveProgress struct {
	w    io.Writer
	off  bool
	bar  progress.Writer
	live *progress.Tracker
	done chan struct{}

	checking *time.Timer // tells, where there is no bar, that the check takes long
}

func newProgress(w io.Writer, quiet bool) *liveProgress {
	p := &liveProgress{w: w, off: quiet}
	if !quiet && roomForBar(w) {
		p.draw(width(w))
	}
	return p
}

// draw begins to show the bar.
func (p *liveProgress) draw(columns int) {
	p.live = &progress.Tracker{Message: "starting"}
	p.bar = newBar(p.w)
	p.bar.SetMessageLength(max(20, columns-barRest))
	p.bar.AppendTracker(p.live)
	p.done = make(chan struct{})
	go func() { defer close(p.done); p.bar.Render() }()
}

// newBar makes a bar for one tracker.
func newBar(w io.Writer) progress.Writer {
	bar := progress.NewWriter()
	bar.SetOutputWriter(w)
	bar.SetAutoStop(true) // it ends with its tracker, also with one that was done before it began
	bar.SetUpdateFrequency(barEvery)
	bar.SetTrackerLength(24)
	bar.SetStyle(progress.StyleBlocks)
	bar.Style().Visibility.ETA = false
	bar.Style().Visibility.Value = false
	bar.Style().Options.PercentFormat = "%4.0f%%"
	if !styleOf(w).Color {
		bar.Style().Colors = progress.StyleColors{}
	}
	return bar
}

// option has a run tell how far it has come, and calls over once all operations were made.
func (p *liveProgress) option(over func()) harness.Option {
	every := lineEvery
	if p.bar != nil {
		every = barEvery
	}
	return harness.OnProgress(every, p.told(over))
}

func (p *liveProgress) told(over func()) func(harness.Progress) {
	tell := p.print
	switch {
	case p.off:
		tell = func(harness.Progress) {}
	case p.bar != nil:
		tell = p.show
	}
	return func(s harness.Progress) {
		if tell(s); s.Over {
			over()
		}
	}
}

// show moves the bar: by time if time limits the run first, else by operations.
func (p *liveProgress) show(s harness.Progress) {
	p.live.UpdateMessage(figures(s))
	if s.Over {
		p.live.UpdateMessage(report.Count(s.Ops) + " ops made; checking the history")
	}
	part := 0.0
	if s.Total > 0 {
		part = float64(s.Ops) / float64(s.Total)
	}
	if s.Limit > 0 {
		part = max(part, float64(s.Elapsed)/float64(s.Limit))
	}
	p.live.UpdateTotal(1000)
	p.live.SetValue(int64(1000 * min(part, 0.999))) // the bar is full when the verdict is there
}

func (p *liveProgress) print(s harness.Progress) {
	_, _ = fmt.Fprintf(p.w, "%s  %s\n", report.Round(s.Elapsed), figures(s)) // progress is worth no error
	if s.Over {
		p.checking = time.AfterFunc(lineEvery, func() { _, _ = fmt.Fprintln(p.w, "checking the history") })
	}
}

func figures(s harness.Progress) string {
	text := fmt.Sprintf("%s ops  %s/s  ok %s", report.Count(s.Ops), report.Count(int64(s.Rate)), report.Count(s.OK))
	for _, part := range []struct {
		name string
		n    int64
	}{{"failed", s.Failed}, {"unknown", s.Unknown}, {"retries", s.Retries}} {
		if part.n > 0 {
			text += fmt.Sprintf("  %s %s", part.name, report.Count(part.n))
		}
	}
	return text
}

// end leaves the terminal as it was, with the last figures.
func (p *liveProgress) end() {
	if p.checking != nil {
		p.checking.Stop()
	}
	if p.bar == nil {
		return
	}
	p.live.MarkAsDone()
	<-p.done
}
