// Command catalogue writes docs/catalogue.md: every strategy of the catalogue, with what 20 runs of each have found.
//
//	go run ./cmd/stress matrix --runs 20 --detect --format json > rows.json
//	go run ./internal/catalogue rows.json
//
// It is run in the module's root. What was measured is kept in docs/catalogue.json; each file named puts its rows there in the
// place of earlier ones of the same entries, so that a strategy can be measured by itself. Rows of entries that there are no
// more are dropped. Without a file the page is written anew from what is kept.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// Where the page and what it is made of are kept, from the module's root.
const (
	kept = "docs/catalogue.json"
	page = "docs/catalogue.md"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "catalogue:", err)
		os.Exit(1)
	}
}

func run(files []string) error {
	entries := targets.Catalogue()
	var before []report.Row
	if err := read(kept, &before); err != nil {
		return err
	}
	lists := [][]report.Row{before}
	for _, path := range files {
		var m report.Matrix
		if err := read(path, &m); err != nil {
			return fmt.Errorf("%w; it should be what stress matrix --format json has printed", err)
		}
		lists = append(lists, m.Rows)
	}
	rows := merge(entries, lists)
	if len(files) > 0 {
		if err := keep(rows); err != nil {
			return err
		}
	}
	return os.WriteFile(page, []byte(render(entries, rows)), 0o644)
}

func read(path string, into any) error {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

func keep(rows []report.Row) error {
	for i := range rows {
		rows[i].Elapsed = 0 // it is of the machine that day, and of no interest
	}
	data, err := json.MarshalIndent(rows, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(kept, append(data, '\n'), 0o644)
}

// name is what tells entries apart.
type name struct{ engine, workload, strategy string }

func nameOf(e targets.Entry) name                { return name{e.Engine.Name, e.Workload, e.Strategy} }
func measuredOf(r report.Row) name               { return name{r.Engine, r.Workload, r.Strategy} }
func (n name) String() string                    { return n.engine + " · " + n.workload + " · " + n.strategy }
func (m measured) of(e targets.Entry) report.Row { return m[nameOf(e)] }

// measured are rows by entry.
type measured map[name]report.Row

func byName(rows []report.Row) measured {
	m := measured{}
	for _, r := range rows {
		m[measuredOf(r)] = r
	}
	return m
}

// merge gives the newest row of each entry, in the catalogue's order.
func merge(entries []targets.Entry, lists [][]report.Row) []report.Row {
	m := measured{}
	for _, rows := range lists {
		for _, r := range rows {
			m[measuredOf(r)] = r
		}
	}
	var rows []report.Row
	for _, e := range entries {
		if r, found := m[nameOf(e)]; found {
			rows = append(rows, r)
		}
	}
	return rows
}
