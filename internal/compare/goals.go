package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/lostupdate/stress/internal/contest"
)

const megabyte = 1_000_000

// goal is what a work is to reach; what is zero is not asked.
type goal struct {
	faster  float64       // than Porcupine, times
	lighter float64       // times less allocated than by Porcupine
	within  time.Duration // of processor time
	bytes   uint64        // allocated
}

func (g goal) String() string {
	var parts []string
	if g.faster > 0 {
		parts = append(parts, times(g.faster))
	}
	if g.lighter > 0 {
		parts = append(parts, fmt.Sprintf("1/%.0f of the memory", g.lighter))
	}
	if g.within > 0 {
		parts = append(parts, short(g.within))
	}
	if g.bytes > 0 {
		parts = append(parts, size(g.bytes))
	}
	return strings.Join(parts, ", ")
}

// met compares what this project's check cost with the goal, and, where it asks for that, with what Porcupine cost. If
// Porcupine was stopped, it would have cost more.
func (g goal) met(ours, other contest.Cost) bool {
	return float64(other.CPU) >= g.faster*float64(ours.CPU) &&
		float64(other.Bytes) >= g.lighter*float64(ours.Bytes) &&
		(g.within == 0 || ours.CPU <= g.within) &&
		(g.bytes == 0 || ours.Bytes <= g.bytes)
}

// row is a work with what is asked of it at least, and aimed at.
type row struct {
	contest.Work
	least, aim goal
}

// fileRow is the name of the row that sums up the single files.
const fileRow = "files"

// rows lists the rows of the table of targets in order. The row of the single files has no work.
func rows() []row {
	partitioned := [2]goal{{faster: 8, lighter: 5}, {faster: 20, lighter: 10}}
	hot := [2]goal{{within: time.Second, bytes: 500 * megabyte}, {within: 200 * time.Millisecond, bytes: 100 * megabyte}}
	goals := map[string][2]goal{
		"etcd":      {{faster: 100}, {faster: 500}},
		"kv-c50-ok": {{faster: 20}, {faster: 50}},
		"store":     partitioned, "store-cas": partitioned, "set": partitioned,
		"register": {{faster: 200}, {faster: 1000}},
		"crashed":  {{within: 10 * time.Millisecond}, {within: time.Millisecond}},
	}
	var all []row
	for _, w := range contest.Works() {
		g, ok := goals[w.Name]
		if !ok {
			g = hot
		}
		all = append(all, row{w, g[0], g[1]})
		if w.Name == "etcd" {
			all = append(all, row{Work: contest.Work{Name: fileRow, Files: true}})
		}
	}
	return all
}

func names() []string {
	var all []string
	for _, r := range rows() {
		all = append(all, r.Name)
	}
	return all
}

// chosen gives the rows of these names, or all if there are none.
func chosen(wanted []string) ([]row, error) {
	if len(wanted) == 0 {
		return rows(), nil
	}
	var out []row
	used := map[string]bool{}
	for _, r := range rows() {
		in := false
		for _, name := range wanted {
			if r.Name == name || strings.HasPrefix(r.Name, name+"-") {
				in, used[name] = true, true
			}
		}
		if in {
			out = append(out, r)
		}
	}
	for _, name := range wanted {
		if !used[name] {
			return nil, fmt.Errorf("there is no row %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	return out, nil
}
