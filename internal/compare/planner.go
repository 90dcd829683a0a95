package main

import (
	"fmt"

	"github.com/lostupdate/stress/internal/contest"
)

// planner measures monitors and search side by side, and Porcupine where it ends.
func planner(r *report) (string, error) {
	var lines [][]string
	for _, w := range contest.Planner() {
		line, err := r.plannerLine(w)
		if err != nil {
			return "", fmt.Errorf("%s: %w", w.Name, err)
		}
		lines = append(lines, line)
	}
	return r.note() + table([]string{"history", "monitor", "search", "Porcupine", "search beside Porcupine"}, lines), nil
}

func (r *report) plannerLine(w contest.Work) ([]string, error) {
	r.say(w.Text)
	bout, err := w.Load(r.terms())
	if err != nil {
		return nil, err
	}
	monitor := bout.Search != nil
	bout.Proof = nil
	if w.Endless {
		bout.Other = nil
	}
	costs, err := bout.Measure(r.runs)
	if err != nil {
		return nil, err
	}
	tell := func(name string) string {
		c, ok := costs[name]
		if !ok {
			return none
		}
		return cost(c, true) + ", " + size(c.Bytes)
	}
	monitored, searched := tell("verdict"), tell("search")
	search := costs["search"]
	if !monitor { // the verdict is the search's
		monitored, searched, search = none, tell("verdict"), costs["verdict"]
	}
	ratio := none
	if other, ok := costs["porcupine"]; ok {
		ratio = faster(search, other)
	}
	return []string{w.Text, monitored, searched, tell("porcupine"), ratio}, nil
}
