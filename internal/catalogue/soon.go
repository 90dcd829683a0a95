package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// soon sums up, engine by engine, how soon broken strategies are caught with perturbation and without.
func soon(b *strings.Builder, rows []report.Row) {
	b.WriteString("## How soon\n\nThe share of its operations after which a run of a broken strategy was proved wrong: the median " +
		"over an engine's broken\nentries, of each entry's median of 20. Between two statements to a server others come in by " +
		"themselves; in memory, in files\nand in SQLite it is perturbation that lets them in.\n\n" +
		"| engine | broken entries | caught after | free | never caught, free |\n| --- | --: | --: | --: | --: |\n")
	for _, e := range targets.Engines() {
		var with, free []float64
		never := 0
		for _, r := range rows {
			if r.Engine != e.Name || r.Expected == "" {
				continue
			}
			with, free = append(with, r.Detected), append(free, r.DetectedFree)
			if r.DetectedFree >= report.Undetected {
				never++
			}
		}
		if len(with) > 0 {
			fmt.Fprintf(b, "| %s | %d | %s | %s | %d |\n", e.Name, len(with), share(middle(with)), share(middle(free)), never)
		}
	}
	b.WriteString("\n")
}

func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
