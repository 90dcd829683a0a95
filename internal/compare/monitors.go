package main

import (
	"errors"
	"fmt"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/internal/gauge"
	"github.com/lostupdate/stress/internal/loads"
)

// point is what a monitor costs on a history of so many operations.
type point struct {
	ops   int
	nanos float64 // of processor time for each operation
	bytes float64 // allocated for each operation
	sorts float64 // times what it takes to sort the calls and returns once
}

// weigh measures a monitor and the sorting of the same events in turn.
func (r *report) weigh(s loads.Subject, count, clients int) (point, error) {
	if r.most > 0 {
		count = min(count, r.most)
	}
	r.say(fmt.Sprintf("%s, %s operations of %d clients", s.Name, digits(float64(count), 3), clients))
	part := s.Load(count, clients)
	events := loads.Events(part.Ops)
	scratch := make([]loads.Event, len(events))
	costs, errs := gauge.Side(r.runs,
		func() error {
			if got := s.Check(part); got.Status != monitor.Legal {
				return fmt.Errorf("%s does not find its history legal: %s", s.Name, got.Reason)
			}
			return nil
		},
		func() error {
			copy(scratch, events)
			loads.Sort(scratch)
			return nil
		})
	if err := errors.Join(errs...); err != nil {
		return point{}, err
	}
	n := float64(len(part.Ops))
	return point{
		ops: count, nanos: float64(costs[0].CPU) / n, bytes: float64(costs[0].Bytes) / n,
		sorts: float64(costs[0].CPU) / max(1, float64(costs[1].CPU)),
	}, nil
}

// monitors tells what a million operations on one object cost.
func monitors(r *report) (string, error) {
	clients := [...]int{10, 100, 1000}
	var lines [][]string
	for _, s := range loads.Subjects() {
		line := []string{s.Name}
		for _, c := range clients {
			p, err := r.weigh(s, 1_000_000, c)
			if err != nil {
				return "", err
			}
			line = append(line, fmt.Sprintf("%s ms, %s ×, %s MB", digits(p.nanos*float64(p.ops)/1e6, 3), digits(p.sorts, 2),
				digits(p.bytes*float64(p.ops)/megabyte, 2)))
		}
		lines = append(lines, line)
	}
	return r.note() + table([]string{"history", "10 clients", "100", "1,000"}, lines), nil
}
