package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/internal/contest"
)

// eachFile measures all files of the test data by themselves, once.
func (r *report) eachFile() ([]entry, error) {
	if r.files != nil {
		return r.files, nil
	}
	if err := r.needData(); err != nil {
		return nil, err
	}
	works, err := contest.Files(r.data)
	if err != nil {
		return nil, err
	}
	for _, w := range works {
		e, err := r.measure(w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Name, err)
		}
		r.files = append(r.files, e)
	}
	return r.files, nil
}

// ratio is how many times longer Porcupine took than a contender.
func (e entry) ratio(contender string) float64 {
	return float64(e.costs["porcupine"].CPU) / max(1, float64(e.costs[contender].CPU))
}

// spread is the least and the median ratio of the files.
type spread struct {
	least  float64
	file   string // that has the least
	median float64
	slower int // how many take longer than with Porcupine
}

func spreadOf(all []entry, contender string) spread {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b entry) int {
		return cmp.Compare(a.ratio(contender), b.ratio(contender))
	})
	s := spread{
		least: sorted[0].ratio(contender), file: sorted[0].title(), median: sorted[len(sorted)/2].ratio(contender),
	}
	for _, e := range sorted {
		if e.ratio(contender) < 1 {
			s.slower++
		}
	}
	return s
}

func (s spread) String() string {
	text := fmt.Sprintf("median %s, least %s (%s)", times(s.median), times(s.least), s.file)
	if s.slower > 0 {
		text += fmt.Sprintf(", %d slower", s.slower)
	}
	return text
}

func (s spread) reached() string {
	switch {
	case s.slower > 0:
		return "no"
	case s.median >= 10:
		return "aim"
	default:
		return "at least"
	}
}

// title is the file's name without its folder and ending.
func (e entry) title() string {
	_, name, _ := strings.Cut(e.Name, "/")
	name, _, _ = strings.Cut(name, ".")
	return name
}

func (r *report) filesLine() ([]string, error) {
	all, err := r.eachFile()
	if err != nil {
		return nil, err
	}
	sum := map[string]contest.Cost{}
	for _, e := range all {
		for name, c := range e.costs {
			s := sum[name]
			s.Cost = s.Plus(c.Cost)
			sum[name] = s
		}
	}
	alone, proved := spreadOf(all, "verdict"), spreadOf(all, "proof")
	met := alone.reached()
	if with := proved.reached(); with != met {
		met += ", with proof " + with
	}
	return []string{
		fmt.Sprintf("each of the %d files", len(all)), "never slower", "10 × in the median",
		cost(sum["verdict"], true) + " in all", cost(sum["proof"], true), cost(sum["porcupine"], true),
		fmt.Sprintf("%v; with proof %v", alone, proved),
		pair(sum["verdict"].Bytes, sum["porcupine"].Bytes, true), none, met,
	}, nil
}

// worst is how many of the logs are told, by their ratios.
const worst = 5

// files tells the stores, and of the logs those that come out worst beside Porcupine.
func files(r *report) (string, error) {
	all, err := r.eachFile()
	if err != nil {
		return "", err
	}
	sorted := slices.SortedFunc(slices.Values(all), func(a, b entry) int {
		return cmp.Compare(a.ratio("verdict"), b.ratio("verdict"))
	})
	var lines [][]string
	logs := 0
	for _, e := range sorted {
		if strings.HasPrefix(e.Name, "jepsen/") {
			if logs++; logs > worst {
				continue
			}
		}
		lines = append(lines, []string{
			e.title(), cost(e.costs["verdict"], true), cost(e.costs["proof"], true), cost(e.costs["porcupine"], true),
			times(e.ratio("verdict")), times(e.ratio("proof")),
		})
	}
	return table([]string{"file", "verdict", "with proof", "Porcupine", "ratio", "with proof"}, lines), nil
}
