package main

import (
	"fmt"

	"github.com/lostupdate/stress/internal/contest"
)

// streams measures the check of a history that comes in batches beside that of the whole at once.
func streams(r *report) (string, error) {
	var lines [][]string
	for _, w := range contest.Streams() {
		line, err := r.streamLine(w)
		if err != nil {
			return "", fmt.Errorf("%s: %w", w.Name, err)
		}
		lines = append(lines, line)
	}
	return r.note() + table([]string{
		"history", "at once", "in batches", "beside it", "live at most, at once", "in batches", "remembered between batches",
	}, lines), nil
}

func (r *report) streamLine(w contest.Work) ([]string, error) {
	r.say(w.Text + ", in batches")
	bout, err := w.Load(r.terms())
	if err != nil {
		return nil, err
	}
	costs, err := bout.Measure(r.runs, "verdict", "stream")
	if err != nil {
		return nil, err
	}
	whole, stream := costs["verdict"], costs["stream"]
	return []string{
		w.Text, cost(whole, true), cost(stream, true), times(float64(stream.CPU) / max(1, float64(whole.CPU))),
		live(whole.Peak, 0, false), live(stream.Peak, 0, false), size(uint64(*bout.Remembered)),
	}, nil
}
