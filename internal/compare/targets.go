package main

import (
	"fmt"
	"strings"

	"github.com/lostupdate/stress/internal/contest"
)

// entry is what was measured of a work.
type entry struct {
	contest.Work
	small string // what Porcupine got in its place
	costs map[string]contest.Cost
}

// targets measures the chosen rows and says whether the goals are met.
func targets(r *report) (string, error) {
	all, err := chosen(r.rows)
	if err != nil {
		return "", err
	}
	for _, row := range all {
		if row.Files {
			if err := r.needData(); err != nil {
				return "", err
			}
			break
		}
	}
	var lines [][]string
	for _, row := range all {
		line, err := r.line(row)
		if err != nil {
			return "", fmt.Errorf("%s: %w", row.Name, err)
		}
		r.say("  " + strings.Join(line[3:], " | "))
		lines = append(lines, line)
	}
	return r.note() + table([]string{
		"work", "at least", "aim", "verdict", "with proof", "Porcupine", "ratio", "allocated, ours / Porcupine's",
		"live at most", "met",
	}, lines), nil
}

func (r *report) line(w row) ([]string, error) {
	if w.Name == fileRow {
		return r.filesLine()
	}
	e, err := r.measure(w.Work, "verdict", "porcupine")
	if err != nil {
		return nil, err
	}
	verdict, proof := e.costs["verdict"], e.costs["proof"]
	other, ok := e.costs["porcupine"]
	porcupine, ratio := cost(other, ok), none
	switch {
	case ok && e.small != "":
		porcupine += " on " + e.small
	case ok:
		ratio = faster(verdict, other) + ", with proof " + faster(proof, other)
	}
	alike := ok && e.small == "" && !other.Stopped
	return []string{
		w.Text, w.least.String(), w.aim.String(), cost(verdict, true), cost(proof, true), porcupine, ratio,
		pair(verdict.Bytes, other.Bytes, alike), live(verdict.Peak, other.Peak, alike), w.verdict(verdict, proof, other),
	}, nil
}

// verdict says whether the goals are met, and whether they are with the proof as well.
func (w row) verdict(verdict, proof, other contest.Cost) string {
	alone, proved := w.reached(verdict, other), w.reached(proof, other)
	if alone == proved {
		return alone
	}
	return alone + ", with proof " + proved
}

func (w row) reached(ours, other contest.Cost) string {
	switch {
	case w.aim.met(ours, other):
		return "aim"
	case w.least.met(ours, other):
		return "at least"
	default:
		return "no"
	}
}

// measure has the contenders of a work take their turns, and looks how much memory is live for those that peaks names.
func (r *report) measure(w contest.Work, peaks ...string) (entry, error) {
	r.say(w.Text)
	bout, err := w.Load(r.terms())
	if err != nil {
		return entry{}, err
	}
	bout.Search = nil // has a table of its own
	costs, err := bout.Measure(r.runs, peaks...)
	return entry{Work: w, small: bout.Small, costs: costs}, err
}
